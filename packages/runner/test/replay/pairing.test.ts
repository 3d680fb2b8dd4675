import { expect, test } from 'vitest'
import { epochMs, prNumber } from '@headgate/core'
import type { ChoiceKind } from '../../src/replay/other/choice.js'
import { pair, type Made } from '../../src/replay/other/pairing.js'

const made = (seq: number, kind: ChoiceKind, pr: number, text: string, more: Partial<Made> = {}): Made => ({
  choice: { kind, key: text, prs: [prNumber(pr)], text },
  seq,
  at: epochMs(seq * 1000),
  otherwise: null,
  unknown: false,
  ...more,
})

const told = (was: ReadonlyArray<Made>, would: ReadonlyArray<Made>): ReadonlyArray<unknown> =>
  pair(was, would).map(({ seq, verdict, decided, wouldHaveBeen, when }) => [
    seq,
    verdict,
    decided,
    wouldHaveBeen,
    when,
  ])

test('the same at the same event is no row', () => {
  expect(told([made(1, 'test', 1, 'a')], [made(1, 'test', 1, 'a')])).toEqual([])
})

test('the same at another event is told with its time', () => {
  expect(told([made(1, 'test', 1, 'a')], [made(3, 'test', 1, 'a')])).toEqual([
    [1, 'elsewhen', 'a', 'a', 3000],
  ])
})

test('twice is not once', () => {
  expect(told([made(1, 'test', 1, 'a'), made(2, 'test', 1, 'a')], [made(1, 'test', 1, 'a')])).toEqual([
    [2, 'not', 'a', null, null],
  ])
})

test('two about the same pull request at the same event are one row', () => {
  expect(told([made(1, 'test', 1, 'a')], [made(1, 'test', 1, 'b')])).toEqual([[1, 'instead', 'a', 'b', null]])
  expect(told([made(1, 'test', 1, 'a')], [made(1, 'test', 2, 'b')])).toEqual([
    [1, 'not', 'a', null, null],
    [1, 'also', null, 'b', null],
  ])
  expect(told([made(1, 'test', 1, 'a')], [made(1, 'landing', 1, 'b')])).toHaveLength(2)
})

test('what depends on something unknown is unknown; rows are in the order of time', () => {
  const was = [made(2, 'landing', 1, 'land', { unknown: true, otherwise: 'why' })]
  expect(told(was, [made(1, 'test', 3, 'other', { otherwise: 'because' })])).toEqual([
    [1, 'also', 'because', 'other', null],
    [2, 'unknown', 'land', 'why', null],
  ])
})
