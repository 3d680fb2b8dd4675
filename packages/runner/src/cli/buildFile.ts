/** The file that `--build-yaml` names, checked before anything is made. */
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { decodeBuildFile } from '@headgate/adapters-batch'
import { codeOf, messageOf, problem, type Problem } from '../problem.js'

/** Its text. Errors: not readable, or not a build file (the first fault, and how many more). */
export const readBuildFile = (file: string): E.Either<Problem, string> => {
  try {
    const text = readFileSync(file, 'utf8')
    const decoded = decodeBuildFile(text)
    if (E.isRight(decoded)) return E.right(text)
    const [first, ...others] = decoded.left
    const more = others.length === 0 ? '' : ` (${others.length} more to correct after it)`
    return E.left(
      problem(
        'build-yaml',
        `${file}:${first.line}:${first.column}`,
        first.sentence,
        `${first.remedy}${more}`,
      ),
    )
  } catch (cause) {
    const why =
      codeOf(cause) === 'ENOENT' ? 'There is no such file.' : `It can't be read (${messageOf(cause)}).`
    return E.left(problem('build-yaml', file, why, 'Name a build.yaml with --build-yaml FILE.'))
  }
}
