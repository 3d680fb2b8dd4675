/** Answers before they have a name and a time. */
import type { EffectId, EpochMs, Event } from '../../index.js'

type Without<E> = E extends Event ? Omit<E, 'at' | 'answers'> : never
export type Bare = Without<Extract<Event, { readonly answers: unknown }>>

export const answerOf = (bare: Bare, answers: EffectId, at: EpochMs): Event =>
  ({ ...bare, at, answers }) as Event
