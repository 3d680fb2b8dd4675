/** What is to happen when: a heap of moments, those of one instant in a fixed order. */
/* eslint-disable functional/immutable-data -- what is due is collected in a list of its own */
import TinyQueue from 'tinyqueue'

export type Moment = { readonly at: number } & (
  | { readonly _tag: 'Opened' | 'Approved' | 'Pushed'; readonly pr: number }
  | { readonly _tag: 'PushedPast'; readonly count: number }
  /** Of two runs that end at one instant the longer comes first: what it shows covers the other. */
  | { readonly _tag: 'BatchEnds'; readonly batch: number; readonly members: number }
)

export interface Agenda {
  readonly add: (moment: Moment) => void
  /** When the next thing happens. */
  readonly next: () => number | undefined
  /** Everything that happens at the next instant. */
  readonly take: () => ReadonlyArray<Moment>
}

const ranks: Readonly<Record<Moment['_tag'], number>> = {
  Opened: 0,
  Approved: 1,
  Pushed: 2,
  PushedPast: 3,
  BatchEnds: 4,
}

const within = (a: Moment, b: Moment): number => {
  if (a._tag === 'BatchEnds' && b._tag === 'BatchEnds') return b.members - a.members || a.batch - b.batch
  return 'pr' in a && 'pr' in b ? a.pr - b.pr : 0
}

const compare = (a: Moment, b: Moment): number => a.at - b.at || ranks[a._tag] - ranks[b._tag] || within(a, b)

export const newAgenda = (moments: ReadonlyArray<Moment>): Agenda => {
  const heap = new TinyQueue<Moment>([...moments], compare)
  return {
    add: (moment) => heap.push(moment),
    next: () => heap.peek()?.at,
    take: () => {
      const at = heap.peek()?.at
      const due: Moment[] = []
      for (let moment = heap.peek(); moment !== undefined && moment.at === at; moment = heap.peek()) {
        due.push(moment)
        heap.pop()
      }
      return due
    },
  }
}
