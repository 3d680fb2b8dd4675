/** How much of each kind was chosen. */
import type { PrNumber } from '@headgate/core'
import type { Choice } from './choice.js'

export interface Counts {
  readonly tests: number
  readonly landings: number
  /** Pull requests that were allowed to land. */
  readonly landed: number
  readonly deploys: number
  readonly cancels: number
  readonly statuses: number
}

type Counted = Pick<Choice, 'kind' | 'prs'>

export interface Counter {
  readonly add: (choice: Counted) => void
  readonly counts: () => Counts
}

export const newCounter = (): Counter => {
  const of = { test: 0, landing: 0, deploy: 0, cancel: 0, status: 0, turn: 0, hold: 0 }
  const landed = new Set<PrNumber>()
  return {
    add: ({ kind, prs }) => {
      of[kind] += 1
      if (kind === 'landing') for (const pr of prs) landed.add(pr)
    },
    counts: () => ({
      tests: of.test,
      landings: of.landing,
      landed: landed.size,
      deploys: of.deploy,
      cancels: of.cancel,
      statuses: of.status,
    }),
  }
}

export const countOf = (choices: ReadonlyArray<Counted>): Counts => {
  const counter = newCounter()
  for (const choice of choices) counter.add(choice)
  return counter.counts()
}
