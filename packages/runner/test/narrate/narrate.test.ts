import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import {
  batchId,
  epochMs,
  initialState,
  prNumber,
  reduce,
  type BranchState,
  type Event,
} from '@headgate/core'
import { narrate } from '../../src/narrate/narrate.js'
import { answer, NAME, POLICY, pullRequest } from '../support/states.js'

/** All that is told while the world answers, from a start and further events. */
const told = (
  pullRequests: Parameters<typeof answer>[0],
  events: ReadonlyArray<Event>,
): ReadonlyArray<string> => {
  let state: BranchState = initialState(NAME, POLICY)
  const lines: string[] = []
  const queue: Event[] = [{ _tag: 'ServiceStarted', at: epochMs(1000) }, ...events]
  for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
    const [next, effects] = reduce(state, event)
    lines.push(...narrate(state, next, event, effects).map((d) => d.text))
    state = next
    queue.unshift(...effects.map((effect) => answer(pullRequests)(effect, 1001)))
  }
  return lines
}

test('each decision is one line, with numbers and reasons', () => {
  const lines = told(
    [pullRequest(1), pullRequest(2, { labels: ['WIP'] })],
    [{ _tag: 'BranchFrozen', at: epochMs(1100), by: 'ada', reason: 'lunch' }],
  )
  expect(lines).toEqual([
    'release/1 is at bbbbbbb.',
    '#1 "Change 1" by ada is open.',
    '#2 "Change 2" by ada is open.',
    '#2 is held back: It is labelled "WIP".',
    '#1 is the merge candidate.',
    '#1 is tested on bbbbbbb in batch 7: merge candidate.',
    '#2 is tested on bbbbbbb in batch 7: not tested yet.',
    'ada froze merges and deploys: lunch',
  ])
})

test('a repeated read that brings no news tells nothing', () => {
  const quiet = told([pullRequest(1)], [])
  const poked = told(
    [pullRequest(1)],
    [
      { _tag: 'GithubHinted', at: epochMs(1100), concern: { _tag: 'Everything' } },
      { _tag: 'BatchHinted', at: epochMs(1100), batchId: none },
    ],
  )
  expect(poked).toEqual(quiet)
})

test('operators hear what they did', () => {
  const lines = told(
    [pullRequest(1)],
    [{ _tag: 'TestRetried', at: epochMs(1100), by: 'ada', pr: prNumber(1), batchId: some(batchId(7)) }],
  )
  expect(lines).toContain('ada asked for another test of #1 (batch 7 counts no longer).')
})
