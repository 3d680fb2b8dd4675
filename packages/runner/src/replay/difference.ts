/** Where a replay and the journal part. */
import type { EpochMs } from '@headgate/core'

/** What was compared. */
export type DifferenceKind = 'entry' | 'answer' | 'decision' | 'state'

export interface Difference {
  readonly kind: DifferenceKind
  /** The event at which it shows. */
  readonly seq: number
  readonly at: EpochMs | null
  /** Inside the event, the decision or the state. */
  readonly place: string
  readonly sentence: string
  /** As the journal has it; null where there is nothing to show. */
  readonly recorded: string | null
  readonly replayed: string | null
}

/** Two different values somewhere in two JSON values. */
interface Apart {
  readonly path: string
  readonly left: unknown
  readonly right: unknown
}

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null

const sameForm = (left: unknown, right: unknown): boolean =>
  isObject(left) && isObject(right) && Array.isArray(left) === Array.isArray(right)

/** The first place, in the order of writing, at which two JSON values differ; undefined if they are equal. */
export const firstApart = (left: unknown, right: unknown, path = ''): Apart | undefined => {
  if (left === right) return undefined
  if (!sameForm(left, right) || !isObject(left) || !isObject(right)) return { path, left, right }
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const apart = firstApart(left[key], right[key], path === '' ? key : `${path}/${key}`)
    if (apart !== undefined) return apart
  }
  return undefined
}

const LONGEST = 200

/** A value as people can read it in a line. */
export const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`
}
