/** Two lists of choices beside each other: which are in both, and which in one only. */
import type { EpochMs } from '@headgate/core'
import type { Choice } from './choice.js'

/** A choice in its place, and what was so in the other life just then. */
export interface Made {
  readonly choice: Choice
  readonly seq: number
  readonly at: EpochMs
  /** Why the other life did not choose it then; null where nothing is known to be in the way. */
  readonly otherwise: string | null
  /** The other life was waiting for what nobody knows. */
  readonly unknown: boolean
}

/**
 * `instead`: something else would have been decided. `not`: it would not have been. `unknown`: nobody knows. `also`: it
 * would have been decided besides. `elsewhen`: it would have been decided at another time.
 */
type Verdict = 'instead' | 'not' | 'unknown' | 'also' | 'elsewhen'

export interface Row {
  readonly seq: number
  readonly at: EpochMs
  readonly kind: Choice['kind']
  readonly prs: Choice['prs']
  readonly verdict: Verdict
  readonly decided: string | null
  readonly wouldHaveBeen: string | null
  /** When it would have been decided. */
  readonly when: EpochMs | null
}

const row = (
  { seq, at, choice }: Made,
  verdict: Verdict,
  decided: string | null,
  wouldHaveBeen: string | null,
  when: EpochMs | null = null,
): Row => ({ seq, at, kind: choice.kind, prs: choice.prs, verdict, decided, wouldHaveBeen, when })

const byKey = (list: ReadonlyArray<Made>): Map<string, Made[]> => {
  const map = new Map<string, Made[]>()
  for (const made of list) map.set(made.choice.key, [...(map.get(made.choice.key) ?? []), made])
  return map
}

const isAbout = (a: Choice, b: Choice): boolean =>
  a.kind === b.kind && (a.kind === 'turn' || a.prs.some((pr) => b.prs.includes(pr)))

/** What only the one side chose and what only the other side chose at the same event about the same thing are one row. */
const rowsOf = (not: ReadonlyArray<Made>, also: ReadonlyArray<Made>): ReadonlyArray<Row> => {
  const left = [...also]
  const rows = not.map((made): Row => {
    const { text } = made.choice
    const place = left.findIndex(({ seq, choice }) => seq === made.seq && isAbout(made.choice, choice))
    const [other] = place < 0 ? [] : left.splice(place, 1)
    if (other !== undefined) return row(made, 'instead', text, other.choice.text)
    return row(made, made.unknown ? 'unknown' : 'not', text, made.otherwise)
  })
  return [...rows, ...left.map((made) => row(made, 'also', made.otherwise, made.choice.text))]
}

/** The rows that differ, in the order of time. The n-th choice of a kind is paired with the n-th of the other list. */
export const pair = (was: ReadonlyArray<Made>, would: ReadonlyArray<Made>): ReadonlyArray<Row> => {
  const open = byKey(would)
  const moved: Row[] = []
  const alone: Made[] = []
  for (const made of was) {
    const twin = open.get(made.choice.key)?.shift()
    if (twin === undefined) alone.push(made)
    else if (twin.seq !== made.seq)
      moved.push(row(made, 'elsewhen', made.choice.text, twin.choice.text, twin.at))
  }
  const others = rowsOf(alone, [...open.values()].flat())
  return [...moved, ...others].sort((a, b) => a.seq - b.seq)
}
