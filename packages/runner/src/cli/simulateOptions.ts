/** What people ask of `headgate simulate`, checked. */
import * as E from 'fp-ts/lib/Either.js'
import { contenders, type Assumptions, type Contender } from '@headgate/core/simulation'
import { problem, type Problem } from '../problem.js'

/** As commander gives them. */
export interface SimulateFlags {
  readonly trace: string
  readonly strategy: string
  readonly capacity: number
  readonly testMinutes: number
  readonly testSpread: number
  readonly fail: number
  readonly flake: number
  readonly pairConflict: number
  readonly load: number | 'recorded'
  readonly pushes: number
  readonly reviewMinutes: number
  readonly foreignPushes: number
  readonly faults: number
  readonly seeds: number
  readonly fromSeed: number
  readonly out?: string
  readonly json?: true
}

export const assumptionsOf = (flags: SimulateFlags): Assumptions => ({
  capacity: flags.capacity,
  testMinutes: flags.testMinutes,
  testSpread: flags.testSpread,
  fail: flags.fail,
  flake: flags.flake,
  pairConflict: flags.pairConflict,
  load: flags.load === 'recorded' ? undefined : flags.load,
  pushes: flags.pushes,
  reviewMinutes: flags.reviewMinutes,
  foreignPushesPerDay: flags.foreignPushes,
  faults: flags.faults,
})

export const seedsOf = ({ seeds, fromSeed }: SimulateFlags): ReadonlyArray<number> =>
  Array.from({ length: seeds }, (_, i) => fromSeed + i)

/** Those that are named, in the order of the table. */
export const chosenContenders = ({
  strategy,
}: SimulateFlags): E.Either<Problem, ReadonlyArray<Contender>> => {
  const names = strategy.split(',').map((name) => name.trim())
  const stranger = names.find((name) => name !== 'all' && !contenders.some((known) => known.name === name))
  if (stranger !== undefined)
    return E.left(
      problem(
        'strategy',
        '--strategy',
        `There is no strategy "${stranger}".`,
        `Name all, or some of ${contenders.map(({ name }) => name).join(', ')}.`,
      ),
    )
  return E.right(contenders.filter(({ name }) => names.includes('all') || names.includes(name)))
}
