import { isSome, none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { epochMs, prNumber, type BranchState } from '@headgate/core'
import { issueTicket, landingHolds } from '../../src/landing/ticket.js'
import { begin, feed, green, prOf, run, see, seeOne, tested, post, type Bench } from '../support/bench.js'
import { pull } from '../support/build.js'

/** Everything holds for #1 but for the freeze, which keeps it from landing at once. */
const ready = (change = {}) => {
  const bench = green(
    feed(begin([pull(1)], change), { _tag: 'BranchFrozen', by: 'op', reason: 'wait' }),
    1,
    7,
  )
  return { ...bench, state: { ...bench.state, frozen: none } }
}
const ticket = (bench: Bench) => issueTicket(bench.state, prNumber(1))

test('the ticket says what was tested', () => {
  const bench = ready({ landing: 'forge-merge', mergeMethod: 'squash' })
  const { result } = prOf(bench, 1)
  const { run: id } = isSome(result) && result.value._tag === 'Passed' ? result.value.evidence : { run: '' }
  expect(ticket(bench)).toEqual(
    some({
      landing: 'forge-merge',
      method: 'squash',
      base: 'h0',
      commit: some('c1@h0'),
      tree: some('t1@h0'),
      members: [{ pr: 1, source: 's1' }],
      run: id,
      batchId: 7,
      title: 'change 1',
    }),
  )
})

describe('no ticket', () => {
  const wrong = (change: Partial<BranchState>) => {
    const bench = ready()
    return ticket({ ...bench, state: { ...bench.state, ...change } })
  }

  test('on an unknown head', () => expect(wrong({ head: none })).toEqual(none))
  test('for one that is not open', () => expect(issueTicket(ready().state, prNumber(2))).toEqual(none))
  test('untested', () => expect(ticket(begin([pull(1)]))).toEqual(none))
  test('failed', () => expect(ticket(tested(begin([pull(1)]), 1, 7, 'failure'))).toEqual(none))
  test('while frozen', () => {
    const frozen = some({ by: 'op', reason: '', at: epochMs(1) })
    expect(wrong({ frozen })).toEqual(none)
  })
  test('on another head than it passed on', () => {
    const bench = ready()
    expect(ticket(see(feed(bench, { _tag: 'BranchFrozen', by: 'op', reason: '' }), [pull(1)], 'h1'))).toEqual(
      none,
    )
  })
  test('without approval', () =>
    expect(ticket(seeOne(ready(), pull(1, { reviewDecision: 'CHANGES_REQUESTED' })))).toEqual(none))
  test('before its status is posted', () => expect(ticket(tested(begin([pull(1)]), 1, 7))).toEqual(none))
})

describe('all holds of a pull request', () => {
  const codes = (bench: Bench) => landingHolds(bench.state, prOf(bench, 1)).map((hold) => hold._tag)

  test('are none exactly when there is a ticket', () => {
    expect(codes(ready())).toEqual([])
    expect(isSome(ticket(ready()))).toBe(true)
  })

  test('its own first, then those of the branch', () => {
    const bench = feed(begin([pull(1, { draft: true })]), { _tag: 'BranchFrozen', by: 'op', reason: '' })
    expect(codes(bench)).toEqual(['Draft', 'Testing', 'Frozen'])
  })

  test('of one that was not tested say nothing of a status: there is nothing to report', () => {
    expect(codes(run(begin([pull(1)]), 1, 7))).toEqual(['Testing'])
    expect(codes(post(tested(begin([pull(1)]), 1, 7, 'failure')))).toEqual(['TestFailed'])
  })

  test('of one that is tested again say nothing of the old status', () => {
    const bench = post(tested(begin([pull(1, { reviewDecision: 'NONE' })]), 1, 7))
    expect(codes(run(see(bench, [pull(1)], 'h1'), 1, 8))).toEqual(['Testing'])
  })

  test('of one that has passed speak of the status until it is posted', () =>
    expect(codes(tested(begin([pull(1)]), 1, 7))).toEqual(['StatusNotPosted']))

  test('of one whose evidence is short', () => {
    const bench = ready()
    const { result, ...pr } = prOf(bench, 1)
    const short =
      isSome(result) && result.value._tag === 'Passed'
        ? some({ ...result.value, evidence: { ...result.value.evidence, commit: none } })
        : none
    expect(landingHolds(bench.state, { ...pr, result: short }).map((hold) => hold._tag)).toEqual([
      'EvidenceIncomplete',
    ])
  })

  test('of one on an unread branch are about the branch', () => {
    const bench = ready()
    const { state } = { ...bench, state: { ...bench.state, head: none } }
    expect(landingHolds(state, prOf(bench, 1)).map((hold) => hold._tag)).toEqual(['HeadUnknown'])
  })
})
