/** The effects that Batch answers, told apart from the rest. */
import type { Effect, EffectOf } from '@headgate/core'

const TAGS = ['SubmitTestBatch', 'ReadBatch', 'ReadBatches', 'CancelBatch', 'SubmitDeployBatch'] as const

/** An effect that the Batch interpreter answers. */
export type BatchEffect = EffectOf<(typeof TAGS)[number]>

/** Whether an effect is for the Batch interpreter. */
export const isBatchEffect = (effect: Effect): effect is BatchEffect =>
  (TAGS as ReadonlyArray<string>).includes(effect._tag)
