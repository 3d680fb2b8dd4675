/** What was done in one step as seen from outside, without the order in which it was done. */
import type { RecordedAction } from './recording.js'

/** One act, by its identity: equal acts have equal keys. */
interface Act {
  readonly kind: 'status' | 'test' | 'cancel' | 'merge' | 'deploy'
  readonly key: string
}

/** Acts by key. */
export type Acts = ReadonlyMap<string, Act>

/** A batch that was there before the step goes by its id; the sides number those of the step differently. */
const batchName = (id: number, actions: ReadonlyArray<RecordedAction>): string => {
  const made = actions.find((a) => a.t === 'test' && a.id === id)
  return made?.t === 'test' ? `new #${made.pr} ${made.source_sha} on ${made.target_sha}` : `${id}`
}

const actOf = (action: RecordedAction, actions: ReadonlyArray<RecordedAction>): Act | undefined => {
  switch (action.t) {
    case 'status':
      return { kind: 'status', key: `status ${action.sha} ${action.state}` }
    case 'test':
      return { kind: 'test', key: `test #${action.pr} ${action.source_sha} on ${action.target_sha}` }
    case 'cancel':
      return { kind: 'cancel', key: `cancel ${batchName(action.id, actions)}` }
    case 'merge':
      return { kind: 'merge', key: `merge #${action.pr} ${action.sha}: ${action.code}` }
    case 'deploy':
      return { kind: 'deploy', key: `deploy ${action.sha}` }
    // A conflict and a failed checkout can't be seen from outside.
    case 'build_error':
    case 'deploy_error':
      return undefined
  }
}

/** A status belongs to its SHA: of several on one SHA the last is what people see. */
const isOvertaken = (action: RecordedAction, i: number, actions: ReadonlyArray<RecordedAction>): boolean =>
  action.t === 'status' &&
  actions.slice(i + 1).some((later) => later.t === 'status' && later.sha === action.sha)

/** What is so before the step, so that an order that only repeats it can be told. */
export interface Before {
  /** Our own status as each SHA shows it. */
  readonly shown: ReadonlyMap<string, string>
  /** Batches that are cancelled, or that somebody has asked to cancel. */
  readonly cancelled: ReadonlySet<number>
}

export const nothingBefore: Before = { shown: new Map(), cancelled: new Set() }

/** It says again what the SHA shows, and nothing else is said on it; or it cancels what has been cancelled. */
const isRepetition = (
  action: RecordedAction,
  actions: ReadonlyArray<RecordedAction>,
  { shown, cancelled }: Before,
): boolean => {
  switch (action.t) {
    case 'cancel':
      return cancelled.has(action.id)
    case 'status':
      return actions.every(
        (a) => a.t !== 'status' || a.sha !== action.sha || a.state === shown.get(action.sha),
      )
    default:
      return false
  }
}

/**
 * The sets of tests, cancels, merges and deploys, and the last status of each SHA. What only repeats what is so already
 * changes nothing, and is no act.
 */
export const actsOf = (actions: ReadonlyArray<RecordedAction>, before: Before): Acts => {
  const acts = actions
    .filter((action, i) => !isOvertaken(action, i, actions))
    .filter((action) => !isRepetition(action, actions, before))
    .flatMap((action) => actOf(action, actions) ?? [])
  return new Map(acts.map((act) => [act.key, act]))
}

export interface Difference extends Act {
  readonly only: 'reference' | 'ours'
}

const missing = (from: Acts, others: Acts, only: Difference['only']): ReadonlyArray<Difference> =>
  [...from.values()].filter((act) => !others.has(act.key)).map((act) => ({ ...act, only }))

/** What one side did and the other did not. Empty: identical. */
export const differences = (reference: Acts, ours: Acts): ReadonlyArray<Difference> => [
  ...missing(reference, ours, 'reference'),
  ...missing(ours, reference, 'ours'),
]

export const sameDifference = (a: Difference, b: Difference): boolean => a.key === b.key && a.only === b.only

/** One readable line. */
export const describeDifference = (d: Difference): string =>
  `only ${d.only === 'ours' ? 'ours' : 'the reference'}: ${d.key}`
