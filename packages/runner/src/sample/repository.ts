/** Makes the sample repository: real commits, by git, the same every time. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { git } from '../local/git.js'
import { messageOf } from '../problem.js'
import { FIRST, SECOND, type Files } from './files.js'
import { PULL_REQUESTS } from './pullRequests.js'

const DATE = '2024-05-01T12:00:00Z'

const personEnv = (login: string): Readonly<Record<string, string>> => ({
  GIT_AUTHOR_NAME: login,
  GIT_AUTHOR_EMAIL: `${login}@example.org`,
  GIT_AUTHOR_DATE: DATE,
  GIT_COMMITTER_NAME: login,
  GIT_COMMITTER_EMAIL: `${login}@example.org`,
  GIT_COMMITTER_DATE: DATE,
})

type Step = () => Promise<E.Either<string, unknown>>

const inOrder = async (steps: ReadonlyArray<Step>): Promise<E.Either<string, void>> => {
  for (const step of steps) {
    const done = await step()
    if (E.isLeft(done)) return done
  }
  return E.right(undefined)
}

const commit = (dir: string, files: Files, message: string, author: string): ReadonlyArray<Step> => [
  () => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(dir, path)), { recursive: true })
      writeFileSync(join(dir, path), text)
    }
    return git(dir, ['add', '--all'])
  },
  () => git(dir, ['commit', '--quiet', '--no-gpg-sign', '-m', message], personEnv(author)),
]

/** Makes the repository in `dir`, anew: branches `main`, and one for each pull request. Left: what went wrong. */
export const makeSampleRepository = async (dir: string): Promise<E.Either<string, void>> => {
  try {
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true })
    return await inOrder([
      () => git(dir, ['init', '--quiet', '--template=', '--initial-branch=main']),
      ...commit(dir, FIRST, 'Greet people', 'ada'),
      () => git(dir, ['tag', 'first']),
      ...commit(dir, SECOND, 'This is version 1.1', 'grace'),
      () => git(dir, ['tag', 'second']),
      ...PULL_REQUESTS.flatMap((pr) => [
        () => git(dir, ['checkout', '--quiet', '-b', pr.branch, pr.from]),
        ...commit(dir, pr.files, pr.title, pr.author),
      ]),
      () => git(dir, ['checkout', '--quiet', 'main']),
      () => git(dir, ['tag', '--delete', 'first', 'second']),
    ])
  } catch (cause) {
    return E.left(messageOf(cause))
  }
}
