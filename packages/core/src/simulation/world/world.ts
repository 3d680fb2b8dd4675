/** The world around one headgate: forge, engine, agenda, and what only the world knows. */
import { none, some } from 'fp-ts/lib/Option.js'
import { epochMs, prNumber, type BatchId, type EpochMs, type Event, type RunId } from '../../index.js'
import { durationOf, type Fate } from '../fate.js'
import { newAgenda, type Agenda, type Moment } from './agenda.js'
import { newCommits } from './commits.js'
import { newEngine, type Engine } from './engine.js'
import { newForge, type Forge } from './forge.js'

/** 2024-01-01T00:00:00Z, a Monday: the time of the first arrival. */
const START = 1_704_067_200_000

/** The world's clock as headgate reads it. */
export const clock = (now: number): EpochMs => epochMs(START + now)
/** The other way round. */
export const sinceStart = (at: EpochMs): number => at - START

/** What only the world knows. */
interface Book {
  /** Runs by which something landed. */
  readonly useful: Set<RunId>
  innocents: number
  readonly wrongs: string[]
  /** How often each order was given; asked only where there are faults. */
  readonly asked: Map<string, number>
}

export interface World {
  readonly fate: Fate
  readonly agenda: Agenda
  readonly engine: Engine
  readonly forge: Forge
  readonly book: Book
  /** Webhooks and callbacks on their way. */
  readonly hints: Event[]
}

const momentsOf = (fate: Fate): ReadonlyArray<Moment> => [
  ...fate.openings.map((at, pr) => ({ _tag: 'Opened', at, pr }) as const),
  ...fate.arrivals.flatMap((at, pr) =>
    at === fate.openings[pr] ? [] : [{ _tag: 'Approved', at, pr } as const],
  ),
  ...fate.pushes.flatMap((at, pr) => (at === undefined ? [] : [{ _tag: 'Pushed', at, pr } as const])),
  ...fate.foreignPushes.map((at, count) => ({ _tag: 'PushedPast', at, count }) as const),
]

export const newWorld = (fate: Fate): World => ({
  fate,
  agenda: newAgenda(momentsOf(fate)),
  engine: newEngine(fate.assumptions.capacity),
  forge: newForge(newCommits()),
  book: { useful: new Set(), innocents: 0, wrongs: [], asked: new Map() },
  hints: [],
})

/** Free places are given to what waits; each run's end goes on the agenda. */
export const startWaiting = ({ engine, agenda, fate }: World, now: number): void => {
  for (const { id, commit, time, changes } of engine.fill(now))
    agenda.add({
      _tag: 'BatchEnds',
      at: now + durationOf(fate, commit.high, time),
      batch: id,
      members: changes.length,
    })
}

export const hintOf = (now: number, pr: number): Event => ({
  _tag: 'GithubHinted',
  at: clock(now),
  concern: { _tag: 'PullRequest', pr: prNumber(pr + 1) },
})

export const everythingHint = (now: number): Event => ({
  _tag: 'GithubHinted',
  at: clock(now),
  concern: { _tag: 'Everything' },
})

export const headHint = (now: number): Event => ({
  _tag: 'GithubHinted',
  at: clock(now),
  concern: { _tag: 'Head' },
})

export const batchHint = (now: number, id: BatchId | undefined): Event => ({
  _tag: 'BatchHinted',
  at: clock(now),
  batchId: id === undefined ? none : some(id),
})
