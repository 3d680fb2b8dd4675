import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import {
  batchId,
  decideCommand,
  epochMs,
  prNumber,
  roles,
  type Command,
  type PullRequestSnapshot,
  type Role,
} from '@headgate/core'
import { begin, feed, run, tested, type Bench } from '../support/bench.js'
import { pull } from '../support/build.js'

const at = epochMs(5)
const ask = (bench: Bench, command: Command, role: Role = 'write', login = 'maud', number = 1) =>
  decideCommand(bench.state, prNumber(number), { login, role }, at, command)

const retry: Command = { _tag: 'Retry', batchId: none }
const retried = { _tag: 'TestRetried', at, by: 'maud', pr: 1, batchId: none }
const labelled = (...labels: ReadonlyArray<string>): PullRequestSnapshot => ({ ...pull(1), labels })
const stranger: PullRequestSnapshot = { ...pull(1), author: 'mallory' }

const commands: ReadonlyArray<Command> = [
  retry,
  { _tag: 'Cancel' },
  { _tag: 'Hold' },
  { _tag: 'Unhold' },
  { _tag: 'Priority', high: true },
  { _tag: 'Try', commit: none },
  { _tag: 'Why' },
  { _tag: 'Help' },
  { _tag: 'Unknown', said: 'merge' },
]

describe('who may', () => {
  /** The least role that does something, or gets another answer than a refusal. */
  const least = (command: Command, login: string): Role | undefined =>
    roles.find((role) => !/ needs the role /.test(ask(begin([pull(1)]), command, role, login).answer))
  test('others by their role', () =>
    expect(commands.map((command) => [command._tag, least(command, 'maud')])).toEqual([
      ['Retry', 'write'],
      ['Cancel', 'triage'],
      ['Hold', 'triage'],
      ['Unhold', 'triage'],
      ['Priority', 'write'],
      ['Try', 'write'],
      ['Why', 'none'],
      ['Help', 'none'],
      ['Unknown', 'none'],
    ]))
  test('its author, in any case of letters, may also test again, stop and hold', () =>
    expect(
      commands.filter((c) => least(c, pull(1).author.toUpperCase()) === 'none').map((c) => c._tag),
    ).toEqual(['Retry', 'Cancel', 'Hold', 'Why', 'Help', 'Unknown']))
  test('who may not changes nothing', () => {
    for (const command of commands.slice(0, 6))
      expect(ask(begin([pull(1)]), command, 'read')).toMatchObject({
        events: [],
        addLabels: [],
        removeLabels: [],
      })
  })
})

test('every command is answered, also about a pull request that is not here', () => {
  for (const command of commands) {
    expect(ask(begin([pull(1)]), command).answer).not.toBe('')
    expect(ask(begin([pull(1)]), command, 'admin', 'maud', 9)).toEqual({
      events: [],
      addLabels: [],
      removeLabels: [],
      answer: '#9 is not open on `main`.',
    })
  }
})

describe('retry', () => {
  test('tests again, and the next test begins at once', () => {
    const bench = tested(begin([pull(1)]), 1, 7, 'failure')
    const verdict = ask(bench, retry)
    expect(verdict).toMatchObject({ events: [retried], answer: 'It is tested again.' })
    for (const event of verdict.events) feed(bench, event)
    expect(bench.effects.map((effect) => effect._tag)).toContain('PrepareCommit')
  })
  test('names the batch', () =>
    expect(ask(begin([pull(1)]), { _tag: 'Retry', batchId: some(batchId(3)) })).toMatchObject({
      events: [{ ...retried, batchId: some(3) }],
      answer: 'It is tested again; batch 3 and everything older counts no longer.',
    }))
  test('takes away what stops its tests, if that is theirs to do', () => {
    const bench = begin([labelled('do-not-test')])
    expect(ask(bench, retry)).toMatchObject({ events: [retried], removeLabels: ['do-not-test'] })
    expect(ask(bench, retry, 'read', pull(1).author)).toMatchObject({
      removeLabels: [],
      answer: 'Earlier results count no longer, but the label `do-not-test` still stops its tests.',
    })
  })
  test('does not let unknown code run', () =>
    expect(ask(begin([stranger]), retry).answer).toBe(
      'Earlier results count no longer, but nothing of s1 may run before somebody says `try s1`.',
    ))
})

test('cancel stops what runs and keeps it so', () => {
  expect(ask(run(begin([pull(1)]), 1, 7), { _tag: 'Cancel' })).toMatchObject({
    events: [retried],
    addLabels: ['do-not-test'],
  })
  expect(ask(tested(begin([pull(1)]), 1, 7), { _tag: 'Cancel' })).toMatchObject({ events: [] })
})

describe('hold and unhold', () => {
  test('a label holds', () =>
    expect(ask(begin([pull(1)]), { _tag: 'Hold' })).toMatchObject({ addLabels: ['WIP'], events: [] }))
  test('once', () =>
    expect(ask(begin([labelled('stacked PR')]), { _tag: 'Hold' })).toMatchObject({
      addLabels: [],
      answer: 'It is held already, by the label `stacked PR`.',
    }))
  test('a policy without such a label says so', () => {
    const labels = { ...begin().state.policy.labels, blocking: [] }
    expect(ask(begin([pull(1)], { labels }), { _tag: 'Hold' })).toMatchObject({
      addLabels: [],
      answer: 'The policy of this branch names no label that holds a pull request back.',
    })
  })
  test('all of them are taken away', () =>
    expect(ask(begin([labelled('WIP', 'bug', 'stacked PR')]), { _tag: 'Unhold' })).toMatchObject({
      removeLabels: ['WIP', 'stacked PR'],
    }))
  test('nothing to take away', () =>
    expect(ask(begin([pull(1)]), { _tag: 'Unhold' })).toMatchObject({ removeLabels: [] }))
})

test('priority is a label', () => {
  const high: Command = { _tag: 'Priority', high: true }
  const normal: Command = { _tag: 'Priority', high: false }
  expect(ask(begin([pull(1)]), high)).toMatchObject({ addLabels: ['prio:high'] })
  expect(ask(begin([pull(1)]), normal)).toMatchObject({ addLabels: [], removeLabels: [] })
  expect(ask(begin([labelled('prio:high')]), high)).toMatchObject({ addLabels: [] })
  expect(ask(begin([labelled('prio:high')]), normal)).toMatchObject({ removeLabels: ['prio:high'] })
})

describe('try', () => {
  const attempt = (commit: string | undefined, snapshot = stranger) =>
    ask(begin([snapshot]), { _tag: 'Try', commit: commit === undefined ? none : some(commit) })
  test('wants the commit that was read', () => expect(attempt(undefined).events).toEqual([]))
  test('of another commit than the head does nothing', () =>
    expect(attempt('abcdef0')).toMatchObject({
      events: [],
      answer: 'abcdef0 is not the head of this pull request; s1 is.',
    }))
  test('authorizes exactly the head', () =>
    expect(attempt('s1').events).toEqual([{ _tag: 'ShaAuthorized', at, by: 'maud', sha: 's1' }]))
  test('of known code tests again what is over', () => {
    expect(attempt(undefined, pull(1)).answer).toBe('It is tested as soon as a place is free.')
    expect(ask(tested(begin([pull(1)]), 1, 7), { _tag: 'Try', commit: none }).events).toEqual([retried])
  })
})

test('why says what explain says, to anybody', () =>
  expect(ask(begin([labelled('WIP')]), { _tag: 'Why' }, 'none').answer).toBe(
    [
      '- It is labelled "WIP". (BlockingLabel; cleared by author)',
      '- Its test on h0 is under way: its commit is being prepared. (Testing; cleared by headgate)',
      '',
      'Next: Under way: prepare #1 on h0.',
    ].join('\n'),
  ))
