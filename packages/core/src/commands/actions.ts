/** What each command does, for somebody who may give it. */
import { isNone, isSome, none, type Option } from 'fp-ts/lib/Option.js'
import type { EpochMs } from '../ids.js'
import { explainPullRequest } from '../explain/explain.js'
import { blockingLabels, hasDoNotTest, isAuthorized } from '../landing/pullRequestHolds.js'
import type { Event } from '../model/event.js'
import { short } from '../model/short.js'
import type { BranchState, PullRequest } from '../model/state.js'
import type { Command } from './command.js'
import { hasAtLeast, type Commenter } from './role.js'

/** What is to be done for a command: first the labels, at the forge, whose word they are; then, when they are seen, the events. */
export interface Verdict {
  readonly events: ReadonlyArray<Event>
  readonly addLabels: ReadonlyArray<string>
  readonly removeLabels: ReadonlyArray<string>
  /** One line or more of Markdown. */
  readonly answer: string
}

export interface Asked {
  readonly state: BranchState
  readonly pr: PullRequest
  readonly by: Commenter
  readonly at: EpochMs
}

export const say = (answer: string, done: Partial<Omit<Verdict, 'answer'>> = {}): Verdict => ({
  events: [],
  addLabels: [],
  removeLabels: [],
  ...done,
  answer,
})

export const help = [
  '| | |',
  '| --- | --- |',
  '| `why` | what holds this pull request back |',
  '| `retry`, `retry 12` | test again; batch 12 and everything older counts no longer |',
  '| `cancel` | stop its tests, and start none until somebody retries |',
  '| `hold`, `unhold` | keep it from landing, let it go on |',
  '| `priority high`, `priority normal` | its place in the queue |',
  '| `try 1a2b3c4` | test the code of an unknown author at exactly this commit |',
].join('\n')

const retried = ({ at, by, pr }: Asked, batch: Extract<Command, { _tag: 'Retry' }>['batchId']): Event => ({
  _tag: 'TestRetried',
  at,
  by: by.login,
  pr: pr.snapshot.number,
  batchId: batch,
})

export const retry = (asked: Asked, batch: Extract<Command, { _tag: 'Retry' }>['batchId']): Verdict => {
  const { state, pr, by } = asked
  const stopped = hasDoNotTest(state, pr.snapshot)
  const label = state.policy.labels.doNotTest
  const which = isNone(batch) ? '' : `; batch ${batch.value} and everything older counts no longer`
  const events = [retried(asked, batch)]
  if (!isAuthorized(state, pr.snapshot))
    return say(
      `Earlier results count no longer, but nothing of ${short(pr.snapshot.source)} may run before somebody says \`try ${short(pr.snapshot.source)}\`.`,
      { events },
    )
  if (!stopped) return say(`It is tested again${which}.`, { events })
  return hasAtLeast(by, 'triage')
    ? say(`It is tested again${which}; the label \`${label}\` is taken away.`, {
        events,
        removeLabels: [label],
      })
    : say(`Earlier results count no longer, but the label \`${label}\` still stops its tests.`, { events })
}

export const cancel = (asked: Asked): Verdict => {
  const { doNotTest } = asked.state.policy.labels
  // The label keeps new runs away; what runs is taken from it as by a retry.
  return say(`Its tests are stopped. The label \`${doNotTest}\` keeps it so; \`retry\` starts them again.`, {
    events: isSome(asked.pr.run) ? [retried(asked, none)] : [],
    addLabels: [doNotTest],
  })
}

export const hold = ({ state, pr }: Asked): Verdict => {
  const [label] = state.policy.labels.blocking
  const there = blockingLabels(state, pr.snapshot)
  if (there.length > 0) return say(`It is held already, by the label \`${there.join('`, `')}\`.`)
  return label === undefined
    ? say('The policy of this branch names no label that holds a pull request back.')
    : say(`It is held by the label \`${label}\` until it is taken away; \`unhold\` does that.`, {
        addLabels: [label],
      })
}

export const unhold = ({ state, pr }: Asked): Verdict => {
  const there = blockingLabels(state, pr.snapshot)
  return there.length === 0
    ? say('No label holds it back; `why` says what does.')
    : say(`It may go on: \`${there.join('`, `')}\` is taken away.`, { removeLabels: there })
}

export const prioritize = ({ state, pr }: Asked, high: boolean): Verdict => {
  const label = state.policy.labels.highPriority
  const has = pr.snapshot.labels.includes(label)
  if (has === high) return say(high ? 'It has high priority already.' : 'It has normal priority already.')
  return high
    ? say(`It has high priority now (\`${label}\`).`, { addLabels: [label] })
    : say('It has normal priority now.', { removeLabels: [label] })
}

/** The words of a comment say nothing about which commit its author had seen: so the commit is named. */
export const tryIt = (asked: Asked, commit: Option<string>): Verdict => {
  const { state, pr, at, by } = asked
  const { source } = pr.snapshot
  if (isAuthorized(state, pr.snapshot)) return retryIfOver(asked)
  if (isNone(commit))
    return say(
      `Its author is not known here. Read the change, then name what you have read: \`try ${short(source)}\`.`,
    )
  return source.startsWith(commit.value)
    ? say(`${short(source)} may run here now, and is tested. A push needs another \`try\`.`, {
        events: [{ _tag: 'ShaAuthorized', at, by: by.login, sha: source }],
      })
    : say(`${commit.value.slice(0, 7)} is not the head of this pull request; ${short(source)} is.`)
}

const retryIfOver = (asked: Asked): Verdict =>
  isSome(asked.pr.result) ? retry(asked, none) : say('It is tested as soon as a place is free.')

export const why = ({ state, pr }: Asked): Verdict => {
  const found = explainPullRequest(state, pr.snapshot.number)
  if (isNone(found)) return say('It is not open here.')
  const { holds, position, ahead, next } = found.value
  const lines = holds.map((reason) => `- ${reason.text} (${reason.code}; cleared by ${reason.clearedBy})`)
  const place = isSome(position)
    ? [
        `Place ${position.value} in the queue${ahead.length === 0 ? '' : `, behind ${ahead.map((n) => `#${n}`).join(', ')}`}.`,
      ]
    : []
  return say(
    [...(holds.length === 0 ? ['Nothing holds it back.'] : lines), '', ...place, `Next: ${next.text}`].join(
      '\n',
    ),
  )
}
