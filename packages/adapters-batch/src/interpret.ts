/** The interpreter of the effects that Batch answers. */
import type { Event } from '@headgate/core'
import type { BatchInterpreterDeps } from './interpret/deps.js'
import type { BatchEffect } from './interpret/effect.js'
import { effectFailed } from './interpret/failure.js'
import { cancelBatch, readBatch, readBatches } from './interpret/read.js'
import { submitDeploy, submitTest } from './interpret/submit.js'

/** Acts on an effect and gives the event that answers it. Never rejects, never retries. */
export type BatchInterpreter = (effect: BatchEffect) => Promise<Event>

const act = (deps: BatchInterpreterDeps, effect: BatchEffect): Promise<Event> => {
  switch (effect._tag) {
    case 'SubmitTestBatch':
      return submitTest(deps, effect)
    case 'SubmitDeployBatch':
      return submitDeploy(deps, effect)
    case 'ReadBatch':
      return readBatch(deps, effect)
    case 'ReadBatches':
      return readBatches(deps, effect)
    case 'CancelBatch':
      return cancelBatch(deps, effect)
  }
}

/**
 * Makes the interpreter of one branch's Batch effects. Idempotent by run id, which is the token of the batch: the
 * same effect twice gives the same batch.
 */
export const makeBatchInterpreter =
  (deps: BatchInterpreterDeps): BatchInterpreter =>
  async (effect) => {
    try {
      return await act(deps, effect)
    } catch (cause) {
      // A defect, not a fact about the world: nobody knows what was done.
      const text = cause instanceof Error ? cause.message : String(cause)
      return effectFailed(deps.now(), effect.id, { kind: 'unknown', code: 'interpreter-defect', text })
    }
  }
