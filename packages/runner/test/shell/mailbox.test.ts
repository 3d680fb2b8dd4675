import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { batchId, effectId, epochMs, prNumber, sha, type Event } from '@headgate/core'
import { makeMailbox } from '../../src/shell/mailbox.js'

const at = epochMs(1)
const hintOf = (pr: number): Event => ({
  _tag: 'GithubHinted',
  at,
  concern: { _tag: 'PullRequest', pr: prNumber(pr) },
})
const answerOf = (n: number): Event => ({ _tag: 'StatusPosted', at, answers: effectId(`e${n}`) })
const everything: Event = { _tag: 'GithubHinted', at, concern: { _tag: 'Everything' } }

test('events come out in the order they came in', () => {
  const mailbox = makeMailbox(10)
  const events = [hintOf(1), answerOf(1), hintOf(2)]
  events.forEach((event) => mailbox.put(event))
  expect(mailbox.take(2)).toEqual(events.slice(0, 2))
  expect(mailbox.take(10)).toEqual(events.slice(2))
  expect(mailbox.size()).toBe(0)
})

test('a hint that is waiting stands for all like it; one that was taken does not', () => {
  const mailbox = makeMailbox(10)
  expect(mailbox.put(hintOf(1))).toBe('queued')
  expect(mailbox.put(hintOf(1))).toBe('coalesced')
  expect(mailbox.put(everything)).toBe('queued')
  expect(mailbox.put(hintOf(2))).toBe('coalesced')
  expect(mailbox.take(10)).toEqual([hintOf(1), everything])
  expect(mailbox.put(hintOf(1))).toBe('queued')
})

test('too many different hints become one about everything', () => {
  const mailbox = makeMailbox(5)
  mailbox.put(answerOf(1))
  for (let pr = 1; pr <= 6; pr += 1) mailbox.put(hintOf(pr))
  const taken = mailbox.take(100)
  expect(taken[0]).toEqual(answerOf(1))
  expect(taken).toContainEqual(everything)
  expect(taken).toContainEqual({ _tag: 'BatchHinted', at, batchId: none })
  expect(taken).toHaveLength(4)
})

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.nat(50).map(hintOf),
  fc.nat(1000).map(answerOf),
  fc.nat(50).map((n): Event => ({ _tag: 'BatchHinted', at, batchId: some(batchId(n)) })),
  fc
    .nat(50)
    .map((n): Event => ({ _tag: 'GithubHinted', at, concern: { _tag: 'Checks', sha: sha(`s${n}`) } })),
  fc.constant<Event>({ _tag: 'TimeAdvanced', at }),
  fc.constant(everything),
)

/** Does some event in `taken` say at least what `hint` says? */
const saidBy = (taken: ReadonlyArray<Event>, hint: Event): boolean =>
  taken.some(
    (event) =>
      JSON.stringify(event) === JSON.stringify(hint) ||
      (hint._tag === 'GithubHinted' && JSON.stringify(event) === JSON.stringify(everything)) ||
      (hint._tag === 'BatchHinted' && event._tag === 'BatchHinted' && event.batchId._tag === 'None'),
  )

test('whatever comes: answers are all there in order, hints are bounded and none is lost in meaning', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 200 }), fc.integer({ min: 3, max: 20 }), (events, bound) => {
      const mailbox = makeMailbox(bound)
      events.forEach((event) => mailbox.put(event))
      const answers = events.filter((event) => event._tag === 'StatusPosted')
      expect(mailbox.size() - answers.length).toBeLessThanOrEqual(bound)
      const taken = mailbox.take(1000)
      expect(taken.filter((event) => event._tag === 'StatusPosted')).toEqual(answers)
      for (const event of events) if (event._tag !== 'StatusPosted') expect(saidBy(taken, event)).toBe(true)
    }),
  )
})
