/** What `replay --policy` prints: what was decided beside what would have been, the counts, and what can't be known. */
import Table from 'cli-table3'
import { Policy } from '@headgate/core'
import type { Comparison } from '../replay/other/compare.js'
import type { Counts } from '../replay/other/counts.js'
import type { Row } from '../replay/other/pairing.js'
import { shown } from '../replay/difference.js'
import { utc } from './replayWords.js'

type Json = Readonly<Record<string, unknown>>
const isMapping = (json: unknown): json is Json =>
  typeof json === 'object' && json !== null && !Array.isArray(json) && !('_tag' in json)

interface FieldChange {
  readonly field: string
  readonly was: unknown
  readonly is: unknown
}

const fieldChanges = (was: Json, is: Json, prefix = ''): ReadonlyArray<FieldChange> =>
  Object.keys(is).flatMap((key) => {
    const [a, b] = [was[key], is[key]]
    if (isMapping(a) && isMapping(b)) return fieldChanges(a, b, `${prefix}${key}.`)
    return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ field: `${prefix}${key}`, was: a, is: b }]
  })

/** The fields of the policy that are not as they were. */
export const policyChanges = ({ inForce, other }: Comparison): ReadonlyArray<FieldChange> =>
  fieldChanges(Policy.encode(inForce) as unknown as Json, Policy.encode(other) as unknown as Json)

const premise = (comparison: Comparison): string => {
  const changes = policyChanges(comparison)
  const what =
    changes.length === 0
      ? 'the policy that was in force'
      : changes.map(({ field, was, is }) => `${field} ${shown(is)} instead of ${shown(was)}`).join(', ')
  return `From event ${comparison.seq} (${utc(comparison.at)} UTC) on, with ${what}:`
}

const HEAD = ['when (UTC)', 'what was decided', 'what would have been']
const WIDTHS = [21, 38, 38]

/** A word longer than its column would be cut off; it is broken instead. */
const breakable = (text: string, column: number): string =>
  text.replaceAll(new RegExp(`\\S{${(WIDTHS[column] ?? 10) - 2}}(?=\\S)`, 'g'), '$& ')

const reason = (word: string, why: string | null): string => (why === null ? word : `${word}: ${why}`)

const sides = ({ verdict, decided, wouldHaveBeen, when }: Row): readonly [was: string, would: string] => {
  switch (verdict) {
    case 'instead':
      return [decided ?? '', wouldHaveBeen ?? '']
    case 'not':
      return [decided ?? '', reason('not', wouldHaveBeen)]
    case 'unknown':
      return [decided ?? '', reason('not known', wouldHaveBeen)]
    case 'also':
      return [reason('not', decided), wouldHaveBeen ?? '']
    case 'elsewhen':
      return [decided ?? '', `the same, at ${when === null ? 'another time' : utc(when)}`]
  }
}

const list = (rows: ReadonlyArray<Row>): string => {
  const table = new Table({ head: HEAD, colWidths: WIDTHS, wordWrap: true, style: { head: [], border: [] } })
  for (const row of rows) {
    const [was, would] = sides(row)
    table.push([`${utc(row.at)}\nevent ${row.seq}`, breakable(was, 1), breakable(would, 2)])
  }
  return table.toString()
}

const COUNTED: ReadonlyArray<readonly [keyof Counts, string]> = [
  ['tests', 'test runs started'],
  ['landings', 'landings ordered'],
  ['landed', 'pull requests allowed to land'],
  ['deploys', 'deploys started'],
  ['cancels', 'batches cancelled'],
  ['statuses', 'statuses posted'],
]

const counts = ({ was, would, unknown }: Comparison): string => {
  const table = new Table({
    head: ['', 'decided', 'would have been', 'not known'],
    colAligns: ['left', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const [field, words] of COUNTED) table.push([words, was[field], would[field], unknown[field]])
  return table.toString()
}

/** What such a replay can't know; said every time, with the figures of this one. */
const limits = ({ rows, unanswered, anew, policyChanges: later }: Comparison): ReadonlyArray<string> => {
  const unknown = rows.filter(({ verdict }) => verdict === 'unknown').length
  return [
    'What this can not know: the world answers only what was really asked.',
    `  Orders that only the other policy gave, so that nobody knows what became of them: ${unanswered}.`,
    `  Decisions that depended on such an order, marked "not known": ${unknown}.`,
    `  Times that the branch really moved elsewhere, so that the other policy went on from what really was: ${anew}.`,
    '  What had really run by then counts as run; the count of its test runs may then be too low.',
    '  Pushes, reviews and reads came when they really came. For waiting times and cost use headgate simulate.',
    ...(later === 0 ? [] : [`  Later changes of the policy, which the other one leaves out: ${later}.`]),
  ]
}

/** Statuses follow from the rest; they are counted, not listed. */
export const comparisonText = (comparison: Comparison): string => {
  const statuses = comparison.rows.filter(({ kind }) => kind === 'status')
  const listed = comparison.rows.filter(({ kind }) => kind !== 'status')
  const more = statuses.length === 0 ? [] : [`Statuses that would have been otherwise: ${statuses.length}.`]
  return [
    premise(comparison),
    ...(listed.length === 0 ? [] : [list(listed)]),
    ...(comparison.rows.length === 0 ? ['Nothing would have been decided differently.'] : more),
    counts(comparison),
    ...limits(comparison),
  ].join('\n')
}
