import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { prNumber } from '@headgate/core'
import type { Hold } from '../../src/landing/hold.js'
import { sentenceOf } from '../../src/landing/sentence.js'
import { check } from '../support/build.js'

const failed = (...reports: ReadonlyArray<ReturnType<typeof check>>): Hold => ({
  _tag: 'CheckFailed',
  check: 'lint',
  reports,
})
const unreported = (reporter: string | null, ...ignored: ReadonlyArray<ReturnType<typeof check>>): Hold => ({
  _tag: 'CheckNotReported',
  check: 'lint',
  reporter: reporter === null ? none : some(reporter),
  ignored,
})
const places = (...running: ReadonlyArray<number>): Hold => ({
  _tag: 'WaitingForTest',
  running: running.map(prNumber),
  places: 3,
})

test.each<[string, Hold]>([
  ['The required check "lint" failed.', failed({ name: 'lint', state: none, reporter: none })],
  ['The required check "lint" failed (ERROR).', failed(check('lint', 'ERROR'))],
  ['The required check "lint" failed (by bot).', failed({ ...check('lint', 'x', 'bot'), state: none })],
  [
    'The required check "lint" failed (ERROR, FAILURE, by bot, eve).',
    failed(check('lint', 'ERROR', 'bot'), check('lint', 'FAILURE', 'eve'), check('lint', 'ERROR', 'bot')),
  ],
  ['The required check "lint" has not reported.', unreported(null)],
  ['The required check "lint" has not been reported by linter.', unreported('linter')],
  [
    'The required check "lint" counts only from linter; it was reported by eve, somebody.',
    unreported('linter', check('lint', 'SUCCESS', 'eve'), check('lint', 'SUCCESS')),
  ],
  ['It is labelled "WIP", "stacked PR".', { _tag: 'BlockingLabel', labels: ['WIP', 'stacked PR'] }],
])('%s', (sentence, hold) => expect(sentenceOf(hold)).toBe(sentence))

test('whose tests take the places is told by number', () => {
  expect(sentenceOf(places(4, 7))).toContain('#4, #7')
  expect(sentenceOf(places())).toBe(
    'It waits to be tested: first a landing ends, or the batches have been listed.',
  )
})
