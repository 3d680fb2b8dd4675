/** The world of a made-up scenario, with all that a snapshot does not show. Mutable. */
import type { Batch, Check, RecordedAction, RecordedPr, Snapshot } from '../recording.js'
import { ownContext } from '../world.js'

export interface OpenPr {
  readonly n: number
  readonly author: string
  sha: string
  review: string | null
  labels: ReadonlyArray<string>
  refuse: number | undefined
  /** Every source it has had. */
  pushed: ReadonlyArray<string>
}

export interface Town {
  readonly required: ReadonlyArray<string>
  readonly cancelImmediate: boolean
  target: number
  open: ReadonlyArray<OpenPr>
  closed: ReadonlyArray<OpenPr>
  opened: number
  batches: ReadonlyArray<Batch>
  readonly checks: Map<string, ReadonlyArray<Check>>
  readonly conflicts: Set<string>
  readonly authorized: Set<string>
  readonly invalidated: Set<number>
  frozen: boolean
  statusFault: boolean
  deployFault: boolean
}

export const newTown = (required: ReadonlyArray<string>, cancelImmediate: boolean): Town => ({
  required,
  cancelImmediate,
  target: 1,
  open: [],
  closed: [],
  opened: 0,
  batches: [],
  checks: new Map(),
  conflicts: new Set(),
  authorized: new Set(),
  invalidated: new Set(),
  frozen: false,
  statusFault: false,
  deployFault: false,
})

export const setCheck = (town: Town, sha: string, name: string, value: string | null): void => {
  const kind = name === 'ext' || name === ownContext ? 'S' : 'C'
  const check: Check = [name, kind, value, town.required.includes(name) ? 1 : 0]
  const known = town.checks.get(sha) ?? []
  town.checks.set(sha, [...known.filter(([other]) => other !== name), check])
}

export const setBatch = (town: Town, id: number, state: string, complete: boolean): void => {
  town.batches = town.batches.map((b) => (b.id === id ? { ...b, state, complete } : b))
}

const recordedOf = (town: Town, pr: OpenPr): RecordedPr => ({
  n: pr.n,
  sha: pr.sha,
  author: pr.author,
  review: pr.review,
  labels: [...pr.labels],
  checks: [...(town.checks.get(pr.sha) ?? [])],
  ...(town.conflicts.has(pr.sha) ? { conflict: true } : {}),
  ...(pr.refuse === undefined ? {} : { refuse: pr.refuse }),
})

export const snapshotOf = (town: Town): Snapshot => ({
  target: `t${town.target}`,
  prs: town.open.map((pr) => recordedOf(town, pr)),
  batches: town.batches,
  frozen: town.frozen,
  authorized: [...town.authorized],
  invalidated: [...town.invalidated],
  statusFault: town.statusFault,
  deployFault: town.deployFault,
  deployUnreadable: false,
})

/** What the reference did is true from now on. */
export const settle = (
  town: Town,
  actions: ReadonlyArray<RecordedAction>,
  batches: ReadonlyArray<Batch>,
): void => {
  town.batches = batches
  for (const action of actions) {
    if (action.t === 'status' && action.ok !== false)
      setCheck(town, action.sha, ownContext, action.state.toUpperCase())
    if (action.t === 'merge' && action.code === 200) {
      town.target += 1
      town.open = town.open.filter((pr) => pr.n !== action.pr)
    }
  }
}
