import { join } from 'node:path'
import {
  batchId,
  effectId,
  prNumber,
  runId,
  sha,
  type EffectOf,
  type Event,
  type EventOf,
  type LandingTicket,
  type Member,
  type MergeMethod,
  type Sha,
} from '@headgate/core'
import { none, some, type Option } from 'fp-ts/lib/Option.js'
import { makeGithubClient, type GithubClient } from '../../src/client.js'
import { makeGithubInterpreter } from '../../src/interpret.js'
import type { LocalGithub } from '../../src/local/index.js'
import { makeMirror } from '../../src/mirror/mirror.js'
import { seeded, rest } from '../local/support.js'

export const NOW = 1_700_000_000_000

/** A repository on the local GitHub with the interpreter of its main branch, as the service would run it. */
export const gated = async (github: LocalGithub, dir: string, name: string) => {
  const seed = await seeded(github, dir, name)
  const token = () => Promise.resolve(github.token)
  const client = makeGithubClient({ baseUrl: github.url, token })
  const mirror = makeMirror({
    ...{ dir: join(dir, `mirrors-${name}`), repository: `ada/${name}`, token },
    remoteUrl: `${github.url}/ada/${name}.git`,
  })
  const options = {
    ...{ client, mirror, branch: { repository: `ada/${name}`, branch: 'main' } },
    statusContext: () => 'headgate',
    statusTargetUrl: (pr: Option<number>) => `https://gate.example.org/${pr._tag === 'Some' ? pr.value : ''}`,
    now: () => NOW,
  }
  /** The interpreter, with its client wrapped where a test injects faults. */
  const acting = (wrap: (client: GithubClient) => GithubClient = (c) => c) =>
    makeGithubInterpreter({ ...options, client: wrap(client) })
  const act = acting()
  const prepared = async (members: ReadonlyArray<Member>, base: Sha, method: MergeMethod = 'merge') => {
    const effect = prepare(members, base, method)
    return { effect, event: expectEvent(await act(effect), 'CommitPrepared') }
  }
  const head = async (): Promise<Sha> =>
    expectEvent(await act({ _tag: 'ReadHead', id: effectId('h') }), 'HeadObserved').head
  const api = rest(github)
  return { ...seed, base: sha(seed.base), mirror, client, act, acting, prepared, head, api }
}

export const member = (pull: { readonly number: number; readonly head: string }): Member => ({
  pr: prNumber(pull.number),
  source: sha(pull.head),
})

let runs = 0
export const prepare = (
  members: ReadonlyArray<Member>,
  base: Sha,
  method: MergeMethod = 'merge',
): EffectOf<'PrepareCommit'> => ({
  ...{ _tag: 'PrepareCommit', id: effectId(`prepare-${++runs}`), run: runId(`run-${runs}`) },
  ...{ base, members, method, titles: members.map(({ pr }) => `A change (#${pr})`) },
})

/** A ticket as the core would issue it; `over` bends it where a test wants to. */
export const land = (
  members: ReadonlyArray<Member>,
  base: Sha,
  commit: { readonly commit: Sha; readonly tree: Sha } | undefined,
  over: Partial<LandingTicket> = {},
): EffectOf<'LandBranch'> => ({
  _tag: 'LandBranch',
  id: effectId('land-1'),
  ticket: {
    ...{ landing: 'fast-forward', method: 'merge', base, members, title: 'A change' },
    commit: commit === undefined ? none : some(commit.commit),
    tree: commit === undefined ? none : some(commit.tree),
    ...{ run: runId('run-1'), batchId: batchId(1) },
    ...over,
  } as unknown as LandingTicket,
})

/** The event, if it is of this kind; a readable failure if not. */
export const expectEvent = <T extends Event['_tag']>(event: Event, tag: T): EventOf<T> => {
  if (event._tag !== tag) throw new Error(`expected ${tag}, got ${JSON.stringify(event)}`)
  return event as EventOf<T>
}
