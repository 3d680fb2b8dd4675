import { execa } from 'execa'
import { mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { GIT_ENV, git, lines } from './run.js'

/** Makes an empty bare repository whose HEAD names `branch`; the left is git's reason. */
export const createBare = async (dir: string, branch: string): Promise<E.Either<string, void>> => {
  await rm(dir, { recursive: true, force: true })
  await mkdir(dirname(dir), { recursive: true })
  const args = ['init', '--quiet', '--bare', `--initial-branch=${branch}`, '--template=', dir]
  const ran = await execa('git', args, { env: GIT_ENV, reject: false })
  return ran.exitCode === 0 ? E.right(undefined) : E.left(ran.stderr)
}

/** Points HEAD at a branch, which may not exist yet. */
export const setHead = async (dir: string, branch: string): Promise<void> => {
  await git(dir, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`])
}

/** The branch HEAD names, or null when it is detached. */
export const headBranch = async (dir: string): Promise<string | null> => {
  const ran = await git(dir, ['symbolic-ref', '--short', 'HEAD'])
  return ran.code === 0 ? ran.stdout.trim() : null
}

/**
 * Copies branches and tags of a repository on this machine into a new bare one. The source is only read: fetched
 * from, never hard-linked to. The user's own git configuration applies (`safe.directory`).
 */
export const mirror = async (
  source: string,
  dir: string,
): Promise<E.Either<string, { readonly head: string | null; readonly branches: ReadonlyArray<string> }>> => {
  const env = { GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  const asked = await execa('git', ['ls-remote', '--symref', source, 'HEAD', 'refs/heads/*'], {
    env,
    reject: false,
  })
  if (asked.exitCode !== 0) return E.left(asked.stderr.trim())
  const branches = lines(asked.stdout).flatMap((l) => /^[0-9a-f]{40}\trefs\/heads\/(.+)$/.exec(l)?.[1] ?? [])
  if (branches.length === 0) return E.left('the repository has no commits on any branch')
  const head = /^ref: refs\/heads\/(\S+)\tHEAD$/m.exec(asked.stdout)?.[1] ?? null
  const made = await createBare(dir, head ?? branches[0] ?? 'main')
  if (E.isLeft(made)) return made
  const refspecs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  const args = ['--git-dir', dir, 'fetch', '--quiet', '--no-auto-maintenance', source, ...refspecs]
  const fetched = await execa('git', args, { env, reject: false })
  return fetched.exitCode === 0 ? E.right({ head, branches }) : E.left(fetched.stderr.trim())
}

/** Brings one commit of a fork into another repository under `ref`; objects only travel, refs of the fork do not. */
export const fetchInto = async (dir: string, from: string, sha: string, ref: string): Promise<void> => {
  const config = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'uploadpack.allowAnySHA1InWant',
    GIT_CONFIG_VALUE_0: 'true',
  }
  const upload = 'git -c uploadpack.allowAnySHA1InWant=true upload-pack'
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-auto-maintenance',
    `--upload-pack=${upload}`,
    from,
    `+${sha}:${ref}`,
  ]
  const ran = await git(dir, args, { env: config })
  if (ran.code !== 0) throw new Error(`git fetch from ${from} failed: ${ran.stderr.trim()}`)
}
