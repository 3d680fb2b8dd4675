/** Which moves a situation allows, always in the same order. */
import { isSome } from 'fp-ts/lib/Option.js'
import { SortedMap, type Effect, type Policy } from '../../index.js'
import type { Situation } from '../model.js'
import { isDoomed, isEndless, isRunning, type World, type WorldBatch, type WorldPr } from '../world/world.js'
import { type Budget } from '../world/budget.js'
import type { Move, Outcome } from './move.js'

/**
 * Effects whose being carried out and being answered are two moves, so that anything can happen between. For all
 * others nothing that happens between could tell the difference: what they read never changes, or it changes once and
 * for good; a late answer to them is a fault.
 */
const twoMoves: ReadonlySet<Effect['_tag']> = new Set([
  'ReadBranch',
  'ReadHead',
  'ReadPullRequest',
  'ReadBatches',
  'LandBranch',
  'SubmitTestBatch',
  'SubmitDeployBatch',
])

export const answersLater = (effect: Effect): boolean => twoMoves.has(effect._tag)

const isRead = (effect: Effect): boolean => effect._tag.startsWith('Read') || effect._tag === 'InspectCommit'

const rejectable: ReadonlySet<Effect['_tag']> = new Set([
  'PrepareCommit',
  'SubmitTestBatch',
  'LandBranch',
  'SubmitDeployBatch',
])

/** What may go wrong with an effect. For a read, not being done and not being answered are the same. */
const faultsOf = (effect: Effect): ReadonlyArray<Outcome> => [
  'transient',
  'permanent',
  'lost',
  ...(rejectable.has(effect._tag) ? (['rejected'] as const) : []),
  ...(isRead(effect) ? [] : (['unknownBefore', 'unknownAfter'] as const)),
  ...(answersLater(effect) ? [] : (['late', 'twice'] as const)),
  ...(answersLater(effect) || isRead(effect) ? [] : (['silent'] as const)),
]

const performing = (world: World, faulty: boolean): ReadonlyArray<Move> =>
  (world.inOrder ? world.orders.slice(0, 1) : world.orders).flatMap((effect, order): ReadonlyArray<Move> => [
    { do: 'perform', order, outcome: 'ok' },
    ...(faulty ? faultsOf(effect).map((outcome): Move => ({ do: 'perform', order, outcome })) : []),
  ])

const delivering = (world: World, faulty: boolean): ReadonlyArray<Move> =>
  world.answers.flatMap((_, answer): ReadonlyArray<Move> => [
    { do: 'deliver', answer, how: 'once' },
    ...(faulty
      ? ([
          { do: 'deliver', answer, how: 'twice' },
          { do: 'deliver', answer, how: 'never' },
        ] as const)
      : []),
  ])

const fairEnd = (world: World, batch: WorldBatch): Move => ({
  do: 'endBatch',
  batch: batch.id,
  as: isDoomed(world, batch) ? 'failure' : 'success',
})

const ending = (world: World, budget: Budget): ReadonlyArray<Move> =>
  world.batches
    .filter((batch) => isRunning(batch) && !isEndless(world, batch))
    .flatMap((batch): ReadonlyArray<Move> => [
      fairEnd(world, batch),
      ...(budget.failures > 0 && !isDoomed(world, batch)
        ? ([{ do: 'endBatch', batch: batch.id, as: 'failure' }] as const)
        : []),
      ...(budget.faults > 0 ? ([{ do: 'endBatch', batch: batch.id, as: 'cancelled' }] as const) : []),
    ])

const ofPr =
  (budget: Budget, policy: Policy, { state, world }: Situation) =>
  (pr: WorldPr): ReadonlyArray<Move> => {
    const move = (possible: boolean, what: Extract<Move, { pr: unknown }>['do']): ReadonlyArray<Move> =>
      possible ? [{ do: what, pr: pr.number }] : []
    const stranger = !policy.trustedAuthors.includes(pr.author) && !world.authorized.includes(pr.source)
    return [
      ...move(budget.hints > 0 && state.seq > 0, 'hintPr'),
      ...(pr.open
        ? [
            ...move(budget.pushes > 0, 'push'),
            ...move(budget.reviews > 0, 'review'),
            ...move(budget.labels > 0, 'label'),
            ...move(budget.closings > 0, 'close'),
            ...move(budget.authorizations > 0 && stranger, 'authorize'),
            ...move(budget.testRetries > 0, 'retryTest'),
          ]
        : []),
    ]
  }

const ofBranch = (budget: Budget, { state, world }: Situation): ReadonlyArray<Move> => {
  const move = (
    possible: boolean,
    what: Exclude<
      Move,
      { order: unknown } | { answer: unknown } | { pr: unknown } | { batch: unknown }
    >['do'],
  ): ReadonlyArray<Move> => (possible ? [{ do: what }] : [])
  const broken = isSome(state.head) && state.head.value.standing._tag === 'Broken'
  return [
    ...move(budget.hints > 0, 'hintAll'),
    ...move(budget.hints > 0, 'hintHead'),
    ...move(budget.hints > 0, 'hintBatches'),
    ...move(budget.headPushes > 0, 'pushToBranch'),
    ...move(budget.freezes > 0 && !world.frozen, 'freeze'),
    ...move(world.frozen, 'unfreeze'),
    ...move(budget.deployRetries > 0 && isSome(state.deploy.last), 'retryDeploy'),
    ...move(budget.headTestRetries > 0 && broken, 'retryHeadTest'),
    ...move(world.policies.length > 0 && state.seq > 0, 'changePolicy'),
    ...move(budget.restarts > 0, 'restart'),
    ...move(budget.amnesias > 0, 'loseJournal'),
  ]
}

/** Nothing is on its way: without a surprise only time, or the end of a batch, brings news. */
export const isStill = (world: World): boolean => world.orders.length === 0 && world.answers.length === 0

/**
 * Time passes to the next alarm: freely when nothing is on its way, and as a fault (something is slow) when something is.
 */
const waking = ({ world }: Situation, budget: Budget): ReadonlyArray<Move> =>
  isStill(world) || budget.faults > 0 ? [{ do: 'wake' }] : []

/**
 * Every move that is possible. The deletion of a prepared commit is made before anything else: neither the forge nor
 * headgate looks at it again, so nothing could come out otherwise if it were made later (a partial-order reduction).
 */
export const enabled = (situation: Situation): ReadonlyArray<Move> => {
  const { state, world } = situation
  const { budget } = world
  const faulty = budget.faults > 0
  const urgent = world.orders.findIndex((effect) => effect._tag === 'DeletePreparedCommit')
  if (urgent >= 0)
    return performing({ ...world, inOrder: false }, faulty).filter(
      (move) => move.do === 'perform' && move.order === urgent,
    )
  return [
    ...delivering(world, faulty),
    ...performing(world, faulty),
    ...ending(world, budget),
    ...waking(situation, budget),
    ...world.prs.flatMap(ofPr(budget, state.policy, situation)),
    ...ofBranch(budget, situation),
  ]
}

/** The deploy or test run that this batch belongs to is known to headgate. */
const isKnown = ({ state, world }: Situation, id: number): boolean => {
  const run = world.batches[id - 1]?.run
  const { current } = state.deploy
  return (
    run !== undefined && ((isSome(current) && current.value.run === run) || SortedMap.has(state.runs, run))
  )
}

/**
 * The move that a fair world without surprises makes next: what is on its way arrives, oldest first; then a batch that
 * headgate waits for passes, or fails for what is in it; then time goes on. No webhook ever comes, nobody changes their mind. A batch that nobody
 * waits for never ends by itself.
 */
export const fairMove = (situation: Situation): Move => {
  const { world } = situation
  const urgent = world.orders.findIndex((effect) => effect._tag === 'DeletePreparedCommit')
  if (urgent >= 0) return { do: 'perform', order: urgent, outcome: 'ok' }
  if (world.answers.length > 0) return { do: 'deliver', answer: 0, how: 'once' }
  if (world.orders.length > 0) return { do: 'perform', order: 0, outcome: 'ok' }
  const batch = world.batches.find((b) => isRunning(b) && !isEndless(world, b) && isKnown(situation, b.id))
  return batch === undefined ? { do: 'wake' } : fairEnd(world, batch)
}
