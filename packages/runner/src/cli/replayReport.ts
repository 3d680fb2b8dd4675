/** What `replay` prints of its checks: sentences for people, and one line of JSON. */
import type { Difference } from '../replay/difference.js'
import type { Verified } from '../replay/verify.js'
import type { Comparison } from '../replay/other/compare.js'
import { policyChanges } from './replayComparison.js'
import { many, utc } from './replayWords.js'

const lateText = (late: number): string =>
  late === 0 ? '' : `, ${late.toLocaleString('en')} of them when nobody waited for them any more`

const stateText = ({ events, snapshot, compared }: Verified): string => {
  if (snapshot === null) return 'No snapshot is stored, so the state was compared with nothing.'
  if (!compared)
    return `The snapshot after event ${snapshot} is of an older form, which knew less; it was compared with nothing.`
  const tail =
    snapshot < events ? ` Those of the ${many(events - snapshot, 'event')} after it are not stored.` : ''
  return `The state after event ${snapshot} is the stored snapshot, byte for byte.${tail}`
}

/** What was found equal, and what there was nothing to compare with. */
export const verifiedText = (verified: Verified): string => {
  const { events, from, to, decisions, orders, answers, late } = verified
  const span = from === null || to === null ? '' : `, ${utc(from)} to ${utc(to)} UTC`
  return [
    `${many(events, 'event')}${span}: every decision is the same.`,
    `  ${many(decisions, 'line')} that people were told, word for word.`,
    `  ${many(answers, 'answer')} to ${many(orders, 'order')}: each answers an order that the replay gave${lateText(late)}.`,
    `  ${stateText(verified)}`,
  ].join('\n')
}

const REMEDY =
  'If another version of headgate wrote the journal, replay it with that one; if not, the journal was changed: restore it from a backup.'

export const differenceText = (difference: Difference): string => {
  const { seq, at, place, sentence, recorded, replayed } = difference
  const when = at === null ? '' : ` (${utc(at)} UTC)`
  return [
    `The first difference is at event ${seq}${when}${place === '' ? '' : `, ${place}`}: ${sentence}`,
    ...(recorded === null ? [] : [`  journal: ${recorded}`]),
    ...(replayed === null ? [] : [`  replay:  ${replayed}`]),
    REMEDY,
  ].join('\n')
}

const comparisonJson = (comparison: Comparison) => {
  const { seq, at, was, would, unknown, rows, unanswered, anew } = comparison
  return {
    from: { seq, at },
    policy: policyChanges(comparison),
    decided: was,
    wouldHaveBeen: would,
    notKnown: unknown,
    unansweredOrders: unanswered,
    beganAnew: anew,
    laterPolicyChangesLeftOut: comparison.policyChanges,
    differences: rows,
  }
}

/** What became of a replay. */
export interface Outcome {
  readonly file: string
  readonly branch: string
  readonly verified: Verified | null
  readonly difference: Difference | null
  readonly comparison: Comparison | null
}

export const isEqual = ({ difference, comparison }: Outcome): boolean =>
  difference === null && (comparison === null || comparison.rows.length === 0)

/** One line of JSON; times are milliseconds since 1970. */
export const replayJson = (outcome: Outcome): string => {
  const { file, branch, verified, difference, comparison } = outcome
  return JSON.stringify({
    journal: file,
    branch,
    equal: isEqual(outcome),
    verified,
    difference,
    comparison: comparison === null ? null : comparisonJson(comparison),
  })
}
