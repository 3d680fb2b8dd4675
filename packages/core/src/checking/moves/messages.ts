/** Orders are carried out, or not; answers arrive, or not. */
import { fromNullable } from 'fp-ts/lib/Option.js'
import type { Effect, EffectOf, Event, Failure, Violation } from '../../index.js'
import { judgeLanding } from '../judge/landing.js'
import type { Reduce, Situation } from '../model.js'
import type { Bare } from '../world/forge.js'
import { answerOf, perform } from '../world/perform.js'
import type { World } from '../world/world.js'
import { answersLater } from './enabled.js'
import type { Outcome } from './move.js'
import { spend, still, tell, without, type Taken } from './tell.js'

const failure = (kind: Failure['kind']): Bare => ({
  _tag: 'EffectFailed',
  failure: { kind, code: 'Surprise', text: `a ${kind} failure` },
})

/** The member of a preparation that could not be put on those before it. */
const last = ({ members }: EffectOf<'PrepareCommit'>) => fromNullable(members.at(-1)?.pr)

/** How the world says no by its rules. */
const rejection = (effect: Effect): Bare => {
  switch (effect._tag) {
    case 'PrepareCommit':
      return { _tag: 'PreparationFailed', code: 'MergeConflict', text: 'it conflicts', culprit: last(effect) }
    case 'SubmitTestBatch':
      return { _tag: 'TestBatchRejected', code: 'BuildFileInvalid', text: 'build.yaml is broken' }
    case 'SubmitDeployBatch':
      return { _tag: 'DeployBatchRejected', text: 'build.yaml is broken' }
    default:
      return { _tag: 'LandingRefused', code: 'Refused', text: 'the forge has a rule against it' }
  }
}

export const performOrder = (
  reduce: Reduce,
  { state, world }: Situation,
  order: number,
  outcome: Outcome,
): Taken => {
  const effect = world.orders[order]
  if (effect === undefined) return still({ state, world })
  const taken: World = { ...world, orders: without(world.orders, order) }
  const left = outcome === 'ok' ? taken : spend(taken, 'faults')
  const failed = (kind: Failure['kind'], after: World): Taken =>
    tell(reduce, { state, world: after }, answerOf(failure(kind), effect.id, state.now))
  const done = (): readonly [World, Event, ReadonlyArray<Violation>] => {
    const [after, event] = perform(left, effect, state.now)
    return [after, event, judgeLanding(state, left, after, effect)]
  }
  const onItsWay = ([after, event, broken]: ReturnType<typeof done>): Taken => ({
    ...still({ state, world: { ...after, answers: [...after.answers, { effect, event }] } }),
    broken,
  })
  const told = ([after, event, broken]: ReturnType<typeof done>): Taken => {
    const result = tell(reduce, { state, world: after }, event)
    return { ...result, broken: [...broken, ...result.broken] }
  }
  switch (outcome) {
    case 'ok':
      return answersLater(effect) ? onItsWay(done()) : told(done())
    case 'transient':
      return failed('transient', left)
    case 'permanent':
      return failed('permanent', { ...left, refused: true })
    case 'rejected':
      return tell(
        reduce,
        { state, world: { ...left, refused: true } },
        answerOf(rejection(effect), effect.id, state.now),
      )
    case 'unknownBefore':
      return failed('unknown', left)
    case 'unknownAfter': {
      const [after, , broken] = done()
      const result = failed('unknown', after)
      return { ...result, broken: [...broken, ...result.broken] }
    }
    case 'lost':
      return still({ state, world: left })
    case 'silent': {
      const [after, , broken] = done()
      return { ...still({ state, world: after }), broken }
    }
    case 'late':
      return onItsWay(done())
    case 'twice': {
      const [after, event, broken] = done()
      return told([{ ...after, answers: [...after.answers, { effect, event }] }, event, broken])
    }
  }
}

export const deliver = (
  reduce: Reduce,
  { state, world }: Situation,
  index: number,
  how: 'once' | 'twice' | 'never',
): Taken => {
  const answer = world.answers[index]
  if (answer === undefined) return still({ state, world })
  const rest: World = { ...world, answers: without(world.answers, index) }
  const at = state.now
  switch (how) {
    case 'once':
      return tell(reduce, { state, world: rest }, { ...answer.event, at })
    case 'twice':
      return tell(reduce, { state, world: spend(world, 'faults') }, { ...answer.event, at })
    case 'never':
      return still({ state, world: spend(rest, 'faults') })
  }
}
