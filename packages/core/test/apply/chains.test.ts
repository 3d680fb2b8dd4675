/** Chains of several pull requests, and what a listing of batches says after they have ended. */
import { some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { batchId, sha, SortedMap, type Policy, type TestRun } from '@headgate/core'
import { landingHolds } from '../../src/landing/ticket.js'
import { answer, begin, land, list, post, prOf, readBatch, type Bench } from '../support/bench.js'
import { pull, testBatch } from '../support/build.js'

const batchesOfThree: Partial<Policy> = { strategy: { _tag: 'batch', size: 3 } }

const runOfAll = (bench: Bench, ...numbers: ReadonlyArray<number>): TestRun => {
  const found = SortedMap.valuesArray(bench.state.runs).find(
    ({ members }) => String(members.map(({ pr }) => pr)) === String(numbers),
  )
  if (found === undefined) throw new Error(`no run of ${numbers.join(', ')}`)
  return found
}

/** The run of exactly these is running as this batch; its chain is a commit for each, named after those up to it. */
const runAll = (bench: Bench, numbers: ReadonlyArray<number>, batch: number): Bench => {
  const { id, base } = runOfAll(bench, ...numbers)
  const chain = numbers.map((_, i) => sha(`${numbers.slice(0, i + 1).join('+')}@${base}`))
  const commit = chain.at(-1) ?? sha('none')
  answer(bench, `PrepareCommit/${id}`, { _tag: 'CommitPrepared', commit, tree: sha(`t-${commit}`), chain })
  return answer(bench, `SubmitTestBatch/${id}`, { _tag: 'TestBatchSubmitted', batchId: batchId(batch) })
}

/** #3 is bad: the chain of three fails as batch 5, #1 and #2 pass as 6 and land, #3 has failed alone as 7 meanwhile. */
const landedWithoutTheThird = (): Bench => {
  const bench = begin([pull(1), pull(2), pull(3)], batchesOfThree)
  runAll(bench, [1, 2, 3], 5)
  readBatch(bench, 5, 'failure')
  runAll(bench, [1, 2], 6)
  runAll(bench, [3], 7)
  readBatch(bench, 7, 'failure')
  post(readBatch(bench, 6, 'success'))
  return land(bench, '1+2@h0')
}

test('what is left of a chain that failed has failed alone on the new head', () => {
  const bench = landedWithoutTheThird()
  expect(prOf(bench, 3).result).toMatchObject(
    some({ _tag: 'Failed', evidence: { base: '1+2@h0', batchId: 5 } }),
  )
})

test('a listing does not bring back what a run of this life had to say before that, though its batch is newer', () => {
  const bench = landedWithoutTheThird()
  const alone = bench.state.tried.find(
    ({ result }) => result._tag === 'Failed' && result.evidence.batchId === 7,
  )
  if (alone === undefined) throw new Error('#3 has not been tested alone')
  const before = prOf(bench, 3).result
  list(bench, [testBatch(3, 7, { run: alone.run, state: 'failure', complete: true })])
  expect(prOf(bench, 3).result).toEqual(before)
})

test('a chain that the forge refused to land is held back by one refusal, whoever of it is asked about', () => {
  const bench = begin([pull(1), pull(2)], { ...batchesOfThree, landingAttempts: 1 })
  runAll(bench, [1, 2], 5)
  post(readBatch(bench, 5, 'success'))
  answer(bench, 'LandBranch', { _tag: 'LandingRefused', code: 'Refused', text: 'No.' })
  for (const number of [1, 2])
    expect(landingHolds(bench.state, prOf(bench, number)).map((hold) => hold._tag)).toEqual([
      'LandingRefused',
    ])
})
