/** Puts a repository of the user's on the local GitHub: each branch an approved pull request. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { LocalGithub } from '@headgate/adapters-github/local'
import { ask, type Forge, type ForgeRefusal } from './forge.js'
import { gitOfUser } from './git.js'
import type { Made } from './marker.js'
import { openPullRequest, protectBranch } from './pullRequests.js'
import type { SourceRepository } from './source.js'

const OWNER = 'local'
const AUTHOR = 'author'
const REVIEWER = 'reviewer'

const Sha = t.type({ sha: t.string })
const Ref = t.type({ object: Sha })

const call = async <A>(
  forge: Forge,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  body: unknown,
  answer: t.Decoder<unknown, A>,
): Promise<E.Either<ForgeRefusal, A>> =>
  ask(forge, { as: OWNER, method, path, ...(body === undefined ? {} : { body }), answer })

const headOf = (forge: Forge, root: string, branch: string) =>
  call(forge, 'GET', `${root}/git/ref/heads/${branch}`, undefined, Ref)

/** A commit on the copy's default branch that adds build.yaml. Gives its SHA. */
const addBuildFile = async (
  forge: Forge,
  root: string,
  branch: string,
  content: string,
): Promise<E.Either<ForgeRefusal, string>> => {
  const head = await headOf(forge, root, branch)
  if (E.isLeft(head)) return head
  const parent = head.right.object.sha
  const files = [{ path: 'build.yaml', mode: '100644', type: 'blob', content }]
  const tree = await call(forge, 'POST', `${root}/git/trees`, { base_tree: parent, tree: files }, Sha)
  if (E.isLeft(tree)) return tree
  const message = 'Add build.yaml'
  const body = { message, tree: tree.right.sha, parents: [parent] }
  const commit = await call(forge, 'POST', `${root}/git/commits`, body, Sha)
  if (E.isLeft(commit)) return commit
  const moved = await call(
    forge,
    'PATCH',
    `${root}/git/refs/heads/${branch}`,
    { sha: commit.right.sha },
    t.unknown,
  )
  return E.isLeft(moved) ? moved : E.right(commit.right.sha)
}

const titleOf = async (source: SourceRepository, branch: string): Promise<string> => {
  const subject = await gitOfUser(source.path, ['log', '-1', '--format=%s', `refs/heads/${branch}`])
  const text = E.isRight(subject) ? subject.right.trim() : ''
  return text === '' ? branch : `${branch}: ${text}`.slice(0, 120)
}

/** A branch that the forge makes no pull request of (nothing to merge, no common history) is noted, not an error. */
const openAll = async (
  forge: Forge,
  repository: string,
  source: SourceRepository,
): Promise<E.Either<string, ReadonlyArray<string>>> => {
  const notes: string[] = []
  for (const branch of source.branches) {
    const wish = { title: await titleOf(source, branch), author: AUTHOR, head: branch, approvedBy: REVIEWER }
    const opened = await openPullRequest(forge, repository, source.defaultBranch, wish)
    if (E.isRight(opened)) continue
    if (opened.left.status !== 422) return E.left(`${branch}: ${opened.left.text}`)
    notes.push(`Branch ${branch} did not become a pull request: ${opened.left.text}.`)
  }
  return E.right(notes)
}

/** What is wished for a repository of the user's. */
export interface RepositoryWish {
  readonly source: SourceRepository
  /** Text of the build.yaml to add where the default branch has none. */
  readonly buildFile: string | undefined
  readonly statusContext: string
}

const buildFileNotes = (wish: RepositoryWish): ReadonlyArray<string> =>
  wish.source.hasBuildFile
    ? wish.buildFile === undefined
      ? []
      : ['The repository has its own build.yaml; the one given was not used.']
    : wish.buildFile === undefined
      ? ['The repository has no build.yaml, so nothing can be tested; give one with --build-yaml FILE.']
      : []

/** Imports the repository and opens its pull requests. */
export const seedRepository = async (
  github: LocalGithub,
  wish: RepositoryWish,
): Promise<E.Either<string, Made>> => {
  const { source } = wish
  const imported = await github.importRepository({ source: source.path, owner: OWNER, repo: source.name })()
  if (E.isLeft(imported)) return E.left(imported.left.sentence)
  const repository = `${OWNER}/${source.name}`
  const root = `/repos/${repository}`
  const branch = source.defaultBranch
  if (imported.right.defaultBranch !== branch) {
    const named = await call(github, 'PATCH', root, { default_branch: branch }, t.unknown)
    if (E.isLeft(named)) return E.left(named.left.text)
  }
  if (!source.hasBuildFile && wish.buildFile !== undefined) {
    const added = await addBuildFile(github, root, branch, wish.buildFile)
    if (E.isLeft(added)) return E.left(added.left.text)
  }
  const guarded = await protectBranch(github, repository, branch, wish.statusContext)
  if (E.isLeft(guarded)) return E.left(guarded.left.text)
  const opened = await openAll(github, repository, source)
  if (E.isLeft(opened)) return opened
  const head = await headOf(github, root, branch)
  if (E.isLeft(head)) return E.left(head.left.text)
  const notes = [...buildFileNotes(wish), ...opened.right]
  return E.right({ repository, branch, base: head.right.object.sha, trustedAuthors: [AUTHOR], notes })
}
