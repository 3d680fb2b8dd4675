/** A small repository with a pull request of each fate. Which of them lands must not depend on time or order. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { startLocalGithub, type LocalGithub } from '@headgate/adapters-github/local'
import { git } from '../../packages/runner/src/local/git.js'
import { openPullRequest, protectBranch } from '../../packages/runner/src/local/pullRequests.js'

export const REPOSITORY = 'acme/app'
export const AUTHOR = 'ada'
/** Branches that nobody asks to merge, for pushes by force. */
export const SECOND_THOUGHTS = 'second-thoughts'

const BUILD_YAML = `repoPrefix: /repo
steps:
  - kind: runImage
    name: test
    image: ubuntu:24.04
    script: |
      set -e
      mkdir -p io/repo && cd io/repo
      {{ code.checkout_script }}
      bash test.sh
    scopes: [test]
    resources: { cpu: 0.25 }
  - kind: runImage
    name: publish
    image: ubuntu:24.04
    script: echo 'published {{ code.sha }}'
    scopes: [deploy]
    resources: { cpu: 0.25 }
`

interface Wish {
  readonly branch: string
  readonly file: string
  readonly text: string
  readonly author?: string
  readonly approved?: false
  readonly labels?: ReadonlyArray<string>
}

/** In the order of their numbers. */
const WISHES: ReadonlyArray<Wish> = [
  { branch: 'one', file: 'one.txt', text: '1\n' },
  { branch: 'red', file: 'fail', text: 'the test fails\n' },
  { branch: 'conflict', file: 'version.txt', text: 'mine\n' },
  { branch: 'two', file: 'two.txt', text: '2\n' },
  { branch: 'unreviewed', file: 'three.txt', text: '3\n', approved: false },
  { branch: 'stranger', file: 'four.txt', text: '4\n', author: 'worf' },
  { branch: 'wip', file: 'five.txt', text: '5\n', labels: ['WIP'] },
  { branch: 'urgent', file: 'six.txt', text: '6\n', labels: ['prio:high'] },
]

/** The numbers of those that land. */
export const LANDING: ReadonlyArray<number> = [1, 4, 8]

/** A directory of a local GitHub to be copied for each run, and where the branch stood. */
export interface Template {
  readonly dir: string
  readonly base: string
  readonly remove: () => void
}

const right = <A>(result: E.Either<unknown, A>): A => {
  if (E.isLeft(result)) throw new Error(JSON.stringify(result.left))
  return result.right
}

const WHO = ['NAME', 'EMAIL'].flatMap((w) => [`GIT_AUTHOR_${w}`, `GIT_COMMITTER_${w}`])
const ENV = Object.fromEntries(WHO.map((name) => [name, 'ada@example.org']))

const makeBranches = async (dir: string): Promise<void> => {
  const run = async (...args: ReadonlyArray<string>) => right(await git(dir, args, ENV))
  const commit = async (files: Readonly<Record<string, string>>) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
    await run('add', '--all')
    await run('commit', '--quiet', '-m', `Change ${Object.keys(files).join(', ')}`)
  }
  mkdirSync(dir)
  await run('init', '--quiet', '--template=', '--initial-branch=main')
  const test = 'if [ -e fail ]; then echo "it fails"; exit 1; fi\n'
  await commit({ 'build.yaml': BUILD_YAML, 'test.sh': test, 'version.txt': '1\n' })
  await run('branch', 'conflict')
  await commit({ 'version.txt': '2\n' })
  for (const { branch, file, text } of WISHES) {
    await run('checkout', '--quiet', ...(branch === 'conflict' ? [branch] : ['-b', branch, 'main']))
    await commit({ [file]: text })
  }
  await run('checkout', '--quiet', '-b', SECOND_THOUGHTS, 'unreviewed')
  await commit({ 'three.txt': 'three\n' })
}

/** The status is required, and one approval; the service's app may push. */
export const protect = async (github: LocalGithub): Promise<void> =>
  void right(await protectBranch(github, REPOSITORY, 'main', 'headgate'))

const fill = async (github: LocalGithub, dir: string): Promise<void> => {
  const [owner = '', name] = REPOSITORY.split('/')
  right(await github.importRepository({ source: dir, owner, repo: name ?? '' })())
  await protect(github)
  for (const { branch, author = AUTHOR, approved, labels } of WISHES)
    right(
      await openPullRequest(github, REPOSITORY, 'main', {
        title: branch,
        author,
        head: branch,
        ...(labels === undefined ? {} : { labels }),
        ...(approved === false ? {} : { approvedBy: 'barbara' }),
      }),
    )
}

/** Makes the repository on a local GitHub, once. */
export const makeTemplate = async (): Promise<Template> => {
  const root = mkdtempSync(join(tmpdir(), 'headgate-chaos-'))
  const [source, dir] = [join(root, 'source'), join(root, 'github')]
  await makeBranches(source)
  right(await git(source, ['checkout', '--quiet', 'main']))
  const base = right(await git(source, ['rev-parse', 'main']))
  const github = right(await startLocalGithub({ dir, port: 0 })())
  await fill(github, source)
  await github.close()
  return { dir, base, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }) }
}

/** A copy of the template in a directory of its own. */
export const copyOf = (template: Template): { readonly stateDir: string; readonly remove: () => void } => {
  const stateDir = mkdtempSync(join(tmpdir(), 'headgate-chaos-run-'))
  cpSync(template.dir, join(stateDir, 'github'), { recursive: true })
  const remove = () => rmSync(stateDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  return { stateDir, remove }
}
