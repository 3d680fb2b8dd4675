/** What goes on from step to step: one life of our core, and the reference beside it. */
import { defaultPolicy, initialState, referencePolicy, type Policy } from '@headgate/core'
import type { Difference } from './acts.js'
import { trusted, type Batch, type Params, type Step, type TestBatch } from './recording.js'
import { noExperience, type Experience } from './reference/book.js'
import { freshMemory, type BranchMemory } from './reference/memory.js'
import type { Reduce, Session } from './session.js'

export interface Life {
  readonly session: Session
  /** Tests of ours of a source that the reference tests once for all pull requests that share it. */
  readonly own: ReadonlyArray<TestBatch>
  /** Batches that one side or the other has asked to cancel. */
  readonly cancelled: ReadonlySet<number>
  readonly memory: BranchMemory
  readonly experience: Experience
}

/** The reference policy; time plays no part in a recording, so nothing runs out. */
const policyOf = (params: Params): Policy => ({
  ...referencePolicy,
  mergeable: params.mergeable,
  deployable: params.deployable,
  trustedAuthors: trusted,
  effectAttempts: 1_000,
  durations: { ...defaultPolicy.durations, testTimeoutSeconds: 1e7 },
})

const newSession = (params: Params, reduce: Reduce, failedCheckouts: ReadonlySet<string>): Session => ({
  reduce,
  ledger: { runs: new Map(), failedCheckouts: new Set(failedCheckouts) },
  retried: new Set(),
  state: initialState({ repository: 'hail-is/hail', branch: 'main' }, policyOf(params)),
  out: [],
  now: 0,
})

export const born = (params: Params, reduce: Reduce): Life => ({
  session: newSession(params, reduce, new Set()),
  own: [],
  cancelled: new Set(),
  memory: freshMemory(),
  experience: noExperience(),
})

/** Our core has lost its state. The reference has not. */
export const reborn = (params: Params, { session, memory, cancelled }: Life): Life => ({
  session: newSession(params, session.reduce, session.ledger.failedCheckouts),
  own: [],
  cancelled,
  memory,
  experience: { ...noExperience(), forgotten: new Set(session.ledger.failedCheckouts) },
})

/** Both sides have lost all they knew. An authorization that is taken back is unknown to our core; a new one never had it. */
export const isRestart = (step: Step): boolean =>
  step.ops.some(([op]) => op === 'restart' || op === 'unauthorize')

/** A test of ours goes as the reference's newest test of the same source goes. */
export const follow = (own: TestBatch, batches: ReadonlyArray<Batch>): TestBatch => {
  const twin = batches.findLast(
    (b): b is TestBatch => b.kind === 'test' && b.source === own.source && b.state !== 'cancelled',
  )
  const ended = own.complete || own.state === 'cancelled'
  return ended || twin === undefined ? own : { ...own, state: twin.state, complete: twin.complete }
}

/** Batches of our own have ids in between. */
export const isOwn = (batch: Batch): boolean => !Number.isInteger(batch.id)

const testsAnother = (step: Step, key: string): boolean =>
  [
    ...step.world.batches.flatMap((b) => (b.kind === 'test' ? [{ pr: b.pr, source: b.source }] : [])),
    ...step.actions.flatMap((a) => (a.t === 'test' ? [{ pr: a.pr, source: a.source_sha }] : [])),
  ].some(({ pr, source }) => key.includes(` ${source} on `) && !key.startsWith(`test #${pr} `))

const cancelled = (batches: ReadonlyArray<Batch>, key: string): Batch | undefined =>
  batches.find((b) => key === `cancel ${b.id}`)
const hadEnded = (batches: ReadonlyArray<Batch>, key: string): boolean => {
  const batch = cancelled(batches, key)
  return batch !== undefined && batch.state !== 'running'
}
const isOwnBatch = (batches: ReadonlyArray<Batch>, key: string): boolean => {
  const batch = cancelled(batches, key)
  return batch !== undefined && isOwn(batch)
}

/**
 * Whether our core's state can live on in the next recorded world. Statuses are read back from the forge, a refused
 * merge changes nothing, and a test of a source that the reference tests for another pull request goes as that test
 * goes. Anything else that differs leaves the two sides in different worlds, and our core starts anew.
 */
export const staysInStep = (
  step: Step,
  batches: ReadonlyArray<Batch>,
  found: ReadonlyArray<Difference>,
): boolean =>
  found.every(({ kind, key, only }) => {
    switch (kind) {
      case 'status':
        return true
      case 'merge':
        return !key.endsWith(' 200')
      case 'cancel':
        return isOwnBatch(batches, key) || (only === 'reference' && hadEnded(batches, key))
      case 'test':
        return only === 'ours' && testsAnother(step, key)
      case 'deploy':
        return false
    }
  })
