/** What goes wrong between headgate and the world: decided by what is ordered and how often it was, never by when. */
/* eslint-disable functional/immutable-data -- one world's own store */
import type { BranchState, Effect } from '../../index.js'
import { draw, kinds } from '../chance.js'
import type { Bare } from './answer.js'
import { perform } from './perform.js'
import type { World } from './world.js'

/** What an order is about, in words that don't depend on what was ordered before it. */
const subjectOf = (effect: Effect): string => {
  switch (effect._tag) {
    case 'PrepareCommit':
      return `prepare ${effect.base} ${effect.members.map(({ source }) => source).join(' ')}`
    case 'SubmitTestBatch':
      return `submit ${effect.commit}`
    case 'ReadPullRequest':
      return `read ${effect.pr}`
    case 'PostStatus':
      return `say ${effect.state} ${effect.sha}`
    case 'LandBranch':
      return `land ${effect.ticket.members.map(({ source }) => source).join(' ')}`
    default:
      return effect._tag
  }
}

/** FNV-1a. */
const hashText = (text: string): number =>
  Array.from(text).reduce((h, c) => Math.imul(h ^ c.charCodeAt(0), 16_777_619), 2_166_136_261)

const failure = (kind: 'transient' | 'unknown', text: string): Bare => ({
  _tag: 'EffectFailed',
  failure: { kind, code: 'Fault', text },
})

/** Half of the faults are refusals; of the others, half were done and half were not, and nobody knows which. */
export const performFaulty = (world: World, state: BranchState, effect: Effect, now: number): Bare => {
  const { faults } = world.fate.assumptions
  if (faults === 0) return perform(world, state, effect, now)
  const subject = subjectOf(effect)
  const time = (world.book.asked.get(subject) ?? 0) + 1
  world.book.asked.set(subject, time)
  const luck = draw(world.fate.seed, kinds.fault, hashText(subject), time) / faults
  if (luck < 0.5) return failure('transient', 'Not now.')
  if (luck < 0.75) return failure('unknown', 'No answer.')
  const done = perform(world, state, effect, now)
  return luck < 1 ? failure('unknown', 'No answer.') : done
}

/** A webhook or callback about this does not arrive. */
export const isLost = ({ fate }: World, who: number, which: number): boolean =>
  fate.assumptions.faults > 0 && draw(fate.seed, kinds.fault, who, which) < fate.assumptions.faults
