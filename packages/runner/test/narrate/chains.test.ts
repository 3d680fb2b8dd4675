import { isSome } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { prNumber } from '@headgate/core'
import { numbersOf } from '../../src/narrate/words.js'
import { playChains, type Played } from '../support/chains.js'
import { pullRequest } from '../support/states.js'

const three = [pullRequest(1), pullRequest(2), pullRequest(3)]
const texts = ({ decisions }: Played) => decisions.map((decision) => decision.text)

/** What stands in the history of this pull request. */
const about = ({ decisions }: Played, number: number) =>
  decisions
    .filter(({ pr, others = [] }) => (isSome(pr) && pr.value === number) || others.includes(prNumber(number)))
    .map((decision) => decision.text)

test('a test of several names them all, and so do its end and their landing', () => {
  const played = playChains(three, (prs) => (prs.includes(3) ? 'failure' : 'success'))
  expect(texts(played).slice(4)).toEqual([
    '#1 is the merge candidate.',
    '#1, #2 and #3 are tested together on bbbbbbb in batch 1: chain of 3.',
    '#1, #2 and #3 failed together on bbbbbbb in batch 1.',
    '#1 and #2 are tested together on bbbbbbb in batch 2: part of a chain that failed.',
    '#3 is tested on bbbbbbb in batch 3: part of a chain that failed.',
    '#1 and #2 passed together on bbbbbbb in batch 2.',
    '#1 "Change 1" landed on bbbbbbb as 1+2@bbb, tested with #2 in batch 2.',
    '#2 "Change 2" landed on bbbbbbb as 1+2@bbb, tested with #1 in batch 2.',
    '#3 is the merge candidate.',
    '#3 is tested on 1+2@bbb in batch 4: merge candidate.',
    '#3 failed on 1+2@bbb in batch 4.',
  ])
  expect(about(played, 2)).toEqual([
    '#2 "Change 2" by ada is open.',
    '#1, #2 and #3 are tested together on bbbbbbb in batch 1: chain of 3.',
    '#1, #2 and #3 failed together on bbbbbbb in batch 1.',
    '#1 and #2 are tested together on bbbbbbb in batch 2: part of a chain that failed.',
    '#1 and #2 passed together on bbbbbbb in batch 2.',
    '#2 "Change 2" landed on bbbbbbb as 1+2@bbb, tested with #1 in batch 2.',
  ])
})

test('a landing of several that the forge refuses is told of all', () => {
  const played = playChains(three, () => 'success', undefined, true)
  const refused = 'The forge refused to land #1, #2 and #3: No.'
  for (const number of [1, 2, 3]) expect(about(played, number)).toContain(refused)
  // Their own holds say it once.
  expect(texts(played)).toContain('#2 is held back: The forge refused to merge it: No.')
})

test('lists of numbers', () => {
  expect([[], [3], [3, 4], [3, 4, 5]].map(numbersOf)).toEqual(['', '#3', '#3 and #4', '#3, #4 and #5'])
})
