import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { prNumber, sha, type PrNumber, type Sha } from '@headgate/core'
import { execa } from 'execa'
import { makeMirror, type MirrorOptions } from '../../src/mirror/mirror.js'

const ENV = {
  ...{ GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' },
  ...{ GIT_COMMITTER_NAME: 'Cora', GIT_COMMITTER_EMAIL: 'cora@example.org' },
}

/** What a commit in a test changes: text, or null to delete. */
export type Change = Readonly<Record<string, string | null>>

/** A bare repository on disk in the place of a forge, with a work tree to write into it, and a mirror of it. */
export const makeOrigin = async (options: Partial<MirrorOptions> = {}) => {
  const dir = mkdtempSync(join(tmpdir(), 'mirror-'))
  const bare = join(dir, 'origin.git')
  const work = join(dir, 'work')
  const gitAs = async (who: string, cwd: string, ...args: ReadonlyArray<string>): Promise<string> => {
    const env = { ...ENV, GIT_AUTHOR_NAME: who, GIT_AUTHOR_EMAIL: `${who.toLowerCase()}@example.org` }
    return (await execa('git', args, { cwd, env })).stdout.trim()
  }
  const git = (...args: ReadonlyArray<string>) => gitAs('Ada', work, ...args)
  await gitAs('Ada', dir, 'init', '--bare', '--quiet', '--initial-branch=main', bare)
  await gitAs('Ada', dir, 'clone', '--quiet', bare, work)
  await git('checkout', '--quiet', '-B', 'main')

  const commit = async (change: Change, message = 'change', who = 'Ada'): Promise<Sha> => {
    for (const [path, text] of Object.entries(change)) {
      mkdirSync(dirname(join(work, path)), { recursive: true })
      if (text === null) rmSync(join(work, path))
      else writeFileSync(join(work, path), text)
    }
    await git('add', '-A')
    await gitAs(who, work, 'commit', '--quiet', '--allow-empty', '-m', message)
    return sha(await git('rev-parse', 'HEAD'))
  }
  const base = await commit({ 'a.txt': 'a1\na2\na3\n', 'b.txt': 'b1\nb2\nb3\n' }, 'start')
  await git('push', '--quiet', 'origin', 'main')

  /** Makes `refs/pull/<n>/head` of these commits on top of `from`, as a forge would. */
  const pull = async (
    n: number,
    changes: ReadonlyArray<readonly [change: Change, message: string, who?: string]>,
    from: string = base,
  ): Promise<{ readonly pr: PrNumber; readonly source: Sha }> => {
    await git('checkout', '--quiet', '--detach', from)
    for (const [change, message, who] of changes) await commit(change, message, who)
    const source = sha(await git('rev-parse', 'HEAD'))
    await git('push', '--quiet', '--force', 'origin', `HEAD:refs/pull/${n}/head`)
    return { pr: prNumber(n), source }
  }
  const inMirror = (...args: ReadonlyArray<string>) =>
    gitAs('Ada', join(dir, 'mirrors', 'acme', 'app.git'), ...args)
  const mirrorHere = (more: Partial<MirrorOptions> = {}, name = 'mirrors') =>
    makeMirror({ dir: join(dir, name), repository: 'acme/app', remoteUrl: bare, ...options, ...more })
  return {
    ...{ dir, bare, work, base, git, commit, pull, inMirror, mirrorHere, mirror: mirrorHere() },
    remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }),
  }
}

export type Origin = Awaited<ReturnType<typeof makeOrigin>>
