/** A world in which several pull requests are tested as one chain, and end as the test says. */
import {
  batchId,
  epochMs,
  initialState,
  reduce,
  sha,
  type BranchState,
  type Effect,
  type Event,
  type Member,
  type Policy,
  type PullRequestSnapshot,
} from '@headgate/core'
import { narrate } from '../../src/narrate/narrate.js'
import type { Decision } from '../../src/narrate/decision.js'
import { answer, NAME, POLICY } from './states.js'

type Verdict = 'success' | 'failure' | 'running'

const commitsOf = (base: string, members: ReadonlyArray<Member>) =>
  members.map((_, i) =>
    sha(
      `${members
        .slice(0, i + 1)
        .map(({ pr }) => pr)
        .join('+')}@${base.slice(0, 7)}`,
    ),
  )

export interface Played {
  readonly state: BranchState
  readonly decisions: ReadonlyArray<Decision>
}

/** Plays until nothing is ordered. `verdict` says how a batch of these ends; one that runs goes on running. */
export const playChains = (
  pullRequests: ReadonlyArray<PullRequestSnapshot>,
  verdict: (prs: ReadonlyArray<number>) => Verdict,
  change: Partial<Policy> = { strategy: { _tag: 'batch', size: 8 } },
  refuse = false,
): Played => {
  const batches: Array<ReadonlyArray<number>> = []
  const reply = (effect: Effect, at: number): Event => {
    const to = { at: epochMs(at), answers: effect.id }
    switch (effect._tag) {
      case 'PrepareCommit': {
        const chain = commitsOf(effect.base, effect.members)
        return {
          _tag: 'CommitPrepared',
          ...to,
          commit: chain.at(-1) ?? sha('none'),
          tree: sha('tree'),
          chain,
        }
      }
      case 'SubmitTestBatch':
        batches.push(effect.members.map(({ pr }) => pr))
        return { _tag: 'TestBatchSubmitted', ...to, batchId: batchId(batches.length) }
      case 'ReadBatch': {
        const state = verdict(batches[effect.batchId - 1] ?? [])
        return { _tag: 'BatchObserved', ...to, fate: { _tag: 'Known', state, complete: state !== 'running' } }
      }
      case 'LandBranch': {
        const { commit } = effect.ticket
        return refuse || commit._tag === 'None'
          ? { _tag: 'LandingRefused', ...to, code: 'Refused', text: 'No.' }
          : { _tag: 'BranchLanded', ...to, landed: commit.value }
      }
      case 'DeletePreparedCommit':
        return { _tag: 'PreparedCommitDeleted', ...to }
      case 'CancelBatch':
        return { _tag: 'BatchCancelled', ...to }
      default:
        return answer(pullRequests)(effect, at)
    }
  }
  let state = initialState(NAME, { ...POLICY, landingAttempts: 1, ...change })
  const decisions: Decision[] = []
  const queue: Event[] = [{ _tag: 'ServiceStarted', at: epochMs(1000) }]
  const told = new Set<number>()
  for (let at = 1001; at < 2000; at += 1) {
    const event = queue.shift() ?? endOf(batches, told, verdict, at)
    if (event === undefined) break
    const [next, effects] = reduce(state, event)
    decisions.push(...narrate(state, next, event, effects))
    state = next
    queue.unshift(...effects.map((effect) => reply(effect, at)))
  }
  return { state, decisions }
}

/** The callback of the oldest batch that has ended and of which nobody has heard. */
const endOf = (
  batches: ReadonlyArray<ReadonlyArray<number>>,
  told: Set<number>,
  verdict: (prs: ReadonlyArray<number>) => Verdict,
  at: number,
): Event | undefined => {
  const index = batches.findIndex((prs, i) => !told.has(i) && verdict(prs) !== 'running')
  if (index < 0) return undefined
  told.add(index)
  return { _tag: 'BatchHinted', at: epochMs(at), batchId: { _tag: 'Some', value: batchId(index + 1) } }
}
