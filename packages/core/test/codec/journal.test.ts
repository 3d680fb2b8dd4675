import { expect, test } from 'vitest'
import {
  BranchStateCodec,
  defaultPolicy,
  epochMs,
  initialState,
  journalVersion,
  Policy,
  readBeginning,
  readEntry,
  readSnapshot,
  readState,
  reduce,
  replay,
  writeBeginning,
  writeEntry,
  writeSnapshot,
  type Event,
} from '@headgate/core'
import { migrate, migrations, type Migration } from '../../src/codec/migrations.js'

const name = { repository: 'acme/app', branch: 'main' }
const beginning = writeBeginning(name, defaultPolicy)
const story: ReadonlyArray<Event> = [
  { _tag: 'ServiceStarted', at: epochMs(1) },
  { _tag: 'BranchFrozen', at: epochMs(2), by: 'ada', reason: 'lunch' },
  { _tag: 'BranchUnfrozen', at: epochMs(3), by: 'ada' },
]
const entries = story.map((event, i) => writeEntry({ seq: i + 1, event }))

const right = <A>(read: { _tag: 'Left'; left: unknown } | { _tag: 'Right'; right: A }): A => {
  if (read._tag === 'Left') throw new Error(JSON.stringify(read.left))
  return read.right
}
const left = <E>(read: { _tag: 'Left'; left: E } | { _tag: 'Right'; right: unknown }): E => {
  if (read._tag === 'Right') throw new Error('it was read')
  return read.left
}

test('a beginning and its entries lead to the state that reduce gave', () => {
  const { state, seq } = right(replay(right(readBeginning(beginning)), entries))
  const direct = story.reduce((s, event) => reduce(s, event)[0], initialState(name, defaultPolicy))
  expect(seq).toBe(3)
  expect(BranchStateCodec.encode(state)).toEqual(BranchStateCodec.encode(direct))
})

test('a snapshot and the entries after it lead there too', () => {
  const first = right(replay(right(readBeginning(beginning)), entries.slice(0, 2)))
  const snapshot = JSON.parse(JSON.stringify(writeSnapshot(first))) as unknown
  const { state, seq } = right(replay(right(readSnapshot(snapshot)), entries.slice(2)))
  expect(seq).toBe(3)
  expect(state.frozen).toEqual({ _tag: 'None' })
})

test.each([
  ['an entry that is missing', [entries[0], entries[2]]],
  ['an entry that comes twice', [entries[0], entries[0]]],
  ['entries out of order', [entries[0], entries[2], entries[1]]],
])('%s is refused', (_what, list) => {
  expect(left(replay(right(readBeginning(beginning)), list))).toMatchObject({
    code: 'journal-gap',
    place: 'seq',
  })
})

test.each([
  ['a newer entry', () => readEntry({ ...entries[0], version: 99 }), 'newer-version', 'version'],
  ['an entry without a version', () => readEntry({ seq: 1, event: {} }), 'no-version', 'version'],
  ['a version that is none', () => readEntry({ ...entries[0], version: 1.5 }), 'no-version', 'version'],
  ['version 0', () => readEntry({ ...entries[0], version: 0 }), 'no-version', 'version'],
  [
    'an unknown event',
    () => readEntry({ ...entries[0], event: { _tag: 'FromTheFuture', at: 1 } }),
    'not-understood',
    'event/_tag',
  ],
  [
    'an unknown field',
    () => readEntry({ ...entries[0], event: { _tag: 'TimeAdvanced', at: 1, colour: 'red' } }),
    'not-understood',
    'event/colour',
  ],
  [
    'a wrong type deep down',
    () =>
      readBeginning({
        ...beginning,
        policy: { ...beginning.policy, labels: { ...beginning.policy.labels, blocking: ['WIP', 7] } },
      }),
    'not-understood',
    'policy/labels/blocking/1',
  ],
  [
    'a missing field',
    () => readBeginning({ ...beginning, policy: { ...beginning.policy, maxTestRuns: undefined } }),
    'not-understood',
    'policy/maxTestRuns',
  ],
])('%s is refused with its place, in words', (_what, read, code, place) => {
  const found = left(read())
  expect(found).toMatchObject({ code, place })
  expect(found.sentence).toMatch(/^(The|An) .*\.$/)
  expect(found.remedy).not.toBe('')
})

test('the sentences read well', () => {
  expect(left(readEntry({ ...entries[0], version: 99 })).sentence).toBe(
    `An entry of the journal has version 99; this program reads versions 1 to ${journalVersion}.`,
  )
  expect(left(readEntry({ ...entries[0], event: { _tag: 'TimeAdvanced', at: 'noon' } })).sentence).toBe(
    'An entry of the journal: event/at must be EpochMs, but it is "noon".',
  )
  expect(
    left(readEntry({ ...entries[0], event: { _tag: 'TimeAdvanced', at: 1, colour: 'red' } })).sentence,
  ).toBe('An entry of the journal: event/colour is no field of TimeAdvanced.')
})

test('a secret in the data does not get into the words', () => {
  const secret = `ghp_${'s3cret'.repeat(10)}`
  const found = left(readEntry({ ...entries[0], event: { _tag: 'TimeAdvanced', at: secret } }))
  expect(JSON.stringify(found)).not.toContain('s3cret')
})

test('there is a migration from each version to the next, up to the one that is written', () => {
  expect(migrations).toHaveLength(journalVersion - 1)
})

test('a state of version 1 is brought up to date', () => {
  const now = BranchStateCodec.encode(initialState(name, defaultPolicy))
  const { invalidatedUpTo: _a, landedBefore: _b, gone: _d, ...rest } = now
  const history = [{ sha: 'abc', batchId: 1, outcome: 'success' }]
  const { ended: _c, ...deploy } = now.deploy
  const old = { ...rest, version: 1, deploy: { ...deploy, history } }
  const state = right(readState(old))
  expect(state.deploy.ended).toBe(1)
  // What that version did not bound is not bounded by reading it.
  const policy = { ...now.policy, maxOvertaken: Number.MAX_SAFE_INTEGER, preemption: 'unwanted' }
  expect(BranchStateCodec.encode(state)).toEqual({
    ...now,
    policy,
    deploy: { ...now.deploy, history, ended: 1 },
  })
})

test('an older policy is read as it was in effect: without a bound on overtaking', () => {
  const { maxOvertaken: _a, preemption: _b, ...older } = Policy.encode(defaultPolicy)
  const event = { _tag: 'PolicyChanged', at: 1, by: 'ada', policy: older }
  const read = right(readEntry({ version: 4, seq: 1, event })).event
  const effective = { ...defaultPolicy, maxOvertaken: Number.MAX_SAFE_INTEGER, preemption: 'unwanted' }
  expect(read).toMatchObject({ policy: effective })
  expect(right(readBeginning({ version: 4, name, policy: older })).state.policy).toEqual(effective)
  expect(left(readEntry({ version: 5, seq: 1, event })).place).toContain('maxOvertaken')
})

test('migrations run one after the other, from the version that was written', () => {
  const steps: ReadonlyArray<Migration> = ['a', 'b', 'c'].map((letter) => ({
    about: letter,
    event: (json) => `${String(json)}${letter}`,
    ...(letter === 'b' ? { policy: () => 'changed once' } : {}),
  }))
  expect(migrate('event', 1, '', steps)).toBe('abc')
  expect(migrate('event', 3, '', steps)).toBe('c')
  expect(migrate('event', 4, 'newest', steps)).toBe('newest')
  expect(migrate('policy', 1, '', steps)).toBe('changed once')
  expect(migrate('policy', 3, 'as it was', steps)).toBe('as it was')
  expect(migrate('state', 1, 'untouched', steps)).toBe('untouched')
})
