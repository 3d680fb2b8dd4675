import * as E from 'fp-ts/lib/Either.js'
import { rm } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { unprocessable, validationFailed, type LocalGithubError, type Refusal } from '../failure.js'
import { writeCommit } from '../git/commits.js'
import { moveRefs } from '../git/refs.js'
import { createBare, fetchInto, headBranch, mirror, setHead } from '../git/repository.js'
import { gitOrBroken } from '../git/run.js'
import { signatureOf } from '../json/commit.js'
import { atomically, one, run } from '../store/database.js'
import { ensureUser, findRepo, refsUnder, repoById } from '../store/lookups.js'
import type { RepoRow, UserRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'
import { settle } from './settle.js'

const NAME = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/
const taken = validationFailed({
  resource: 'Repository',
  field: 'name',
  code: 'custom',
  message: 'name already exists on this account',
})

/** What `POST /user/repos` takes. */
export type RepoInput = {
  readonly name: string
  readonly description?: string | null | undefined
  readonly private?: boolean | undefined
  readonly autoInit?: boolean | undefined
}

const record = (
  world: World,
  owner: string,
  input: RepoInput,
  branch: string,
  parent: RepoRow | null,
): RepoRow =>
  atomically(world.db, () => {
    const at = world.now()
    const id = run(
      world.db,
      `INSERT INTO repositories (network_id, parent_id, owner, name, description, private, default_branch, created_at, pushed_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[parent?.network_id ?? 0, parent?.id ?? null, owner, input.name, input.description ?? null],
      ...[input.private === true ? 1 : 0, branch, at, at],
    )
    if (parent === null) run(world.db, 'UPDATE repositories SET network_id = ? WHERE id = ?', id, id)
    return repoById(world.db, id)
  })

/** Git first, table second: a directory without a row is overwritten by the next attempt. */
const NEW_REPOSITORY_LOCK = 0

/** Creates a repository, empty or (`autoInit`) with one commit that holds a README. */
export const createRepo = (
  world: World,
  actor: UserRow,
  owner: string,
  input: RepoInput,
): Promise<E.Either<Refusal, RepoRow>> =>
  world.lock(NEW_REPOSITORY_LOCK, async () => {
    if (!NAME.test(input.name) || !NAME.test(owner.replace('[bot]', '')))
      return E.left(validationFailed({ resource: 'Repository', field: 'name', code: 'invalid' }))
    if (findRepo(world.db, owner, input.name) !== undefined)
      return E.left(unprocessable('Repository creation failed.', taken.errors))
    const dir = gitDir(world, { owner, name: input.name })
    const made = await createBare(dir, 'main')
    if (E.isLeft(made)) throw new Error(made.left)
    ensureUser(world, owner)
    const repo = record(world, owner, input, 'main', null)
    if (input.autoInit !== true) return E.right(repo)
    await world.lock(repo.network_id, async () => {
      const blob = (
        await gitOrBroken(dir, ['hash-object', '-w', '--stdin'], { input: `# ${input.name}\n` })
      ).trim()
      const tree = (await gitOrBroken(dir, ['mktree'], { input: `100644 blob ${blob}\tREADME.md\n` })).trim()
      const committer = signatureOf(world, actor)
      const sha = await writeCommit(dir, { tree, parents: [], message: 'Initial commit', committer })
      await moveRefs(dir, [{ name: 'refs/heads/main', before: null, after: sha }])
      await settle(world, repo, actor)
    })
    return E.right(repoById(world.db, repo.id))
  })

/** Forks a repository to another owner: all branches, one network, so commits may be compared and merged. */
export const forkRepo = (
  world: World,
  actor: UserRow,
  parent: RepoRow,
  owner: string,
): Promise<E.Either<Refusal, RepoRow>> =>
  world.lock(NEW_REPOSITORY_LOCK, async () => {
    const known = findRepo(world.db, owner, parent.name)
    if (known !== undefined) return known.parent_id === parent.id ? E.right(known) : E.left(taken)
    const copied = await mirror(gitDir(world, parent), gitDir(world, { owner, name: parent.name }))
    if (E.isLeft(copied)) return E.left(unprocessable('Repository is empty.'))
    ensureUser(world, owner)
    const repo = record(world, owner, { name: parent.name }, parent.default_branch, parent)
    await world.lock(repo.network_id, () => settle(world, repo, actor))
    return E.right(repo)
  })

/** Makes the recorded default branch HEAD of the bare repository as well. */
export const setDefaultBranch = async (world: World, repo: RepoRow, branch: string): Promise<void> => {
  await setHead(gitDir(world, repo), branch)
  run(world.db, 'UPDATE repositories SET default_branch = ? WHERE id = ?', branch, repo.id)
}

/** A freshly pushed repository's default branch is the first branch it got, unless `main` is there. */
export const adoptDefaultBranch = async (world: World, repo: RepoRow): Promise<void> => {
  const branches = refsUnder(world.db, repo, 'refs/heads/').map((r) => r.name.slice('refs/heads/'.length))
  const [first] = branches
  if (first === undefined || branches.includes(repo.default_branch)) return
  await setDefaultBranch(world, repo, first)
}

/** Brings a fork's commit into the base repository, where a pull request needs it. */
export const shareCommit = (
  world: World,
  base: RepoRow,
  head: RepoRow,
  sha: string,
  number: number,
): Promise<void> => fetchInto(gitDir(world, base), gitDir(world, head), sha, `refs/pull/${number}/head`)

/** What `importRepository` made. */
export type Imported = {
  readonly owner: string
  readonly repo: string
  readonly defaultBranch: string
  readonly branches: ReadonlyArray<string>
  readonly cloneUrl: string
}

/** Copies a git repository of this machine into a new repository here. The source is only ever read. */
export const importRepository = async (
  world: World,
  actor: UserRow,
  wish: { readonly source: string; readonly owner: string; readonly repo: string },
): Promise<E.Either<LocalGithubError, Imported>> => {
  const source = isAbsolute(wish.source) ? wish.source : resolve(wish.source)
  const refused = (sentence: string, remedy: string) =>
    E.left({ code: 'import_refused' as const, sentence, place: source, remedy })
  if (!NAME.test(wish.owner) || !NAME.test(wish.repo))
    return refused(
      `"${wish.owner}/${wish.repo}" is no repository name.`,
      'Use letters, digits, ".", "_" and "-".',
    )
  if (findRepo(world.db, wish.owner, wish.repo) !== undefined)
    return refused(
      `${wish.owner}/${wish.repo} already exists here.`,
      'Choose another name, or push to the existing repository.',
    )
  return world.lock(NEW_REPOSITORY_LOCK, async () => {
    const dir = gitDir(world, { owner: wish.owner, name: wish.repo })
    const copied = await mirror(source, dir)
    if (E.isLeft(copied)) {
      await rm(dir, { recursive: true, force: true })
      return refused(
        `The repository can't be imported: ${copied.left.split('\n')[0] ?? ''}.`,
        'Name a git repository with at least one commit on a branch.',
      )
    }
    const { head, branches } = copied.right
    const defaultBranch = (head !== null && branches.includes(head) ? head : branches[0]) ?? 'main'
    ensureUser(world, wish.owner)
    const repo = record(world, wish.owner, { name: wish.repo }, defaultBranch, null)
    if ((await headBranch(dir)) !== defaultBranch) await setHead(dir, defaultBranch)
    await world.lock(repo.network_id, () => settle(world, repo, actor))
    const cloneUrl = `${world.url()}/${repo.owner}/${repo.name}.git`
    return E.right({ owner: repo.owner, repo: repo.name, defaultBranch, branches, cloneUrl })
  })
}

/** The number the next pull request of a repository gets; it is taken when `next_number` is raised. */
export const nextNumber = (world: World, repo: RepoRow): number =>
  one<{ next_number: number }>(world.db, 'SELECT next_number FROM repositories WHERE id = ?', repo.id)
    ?.next_number ?? 1
