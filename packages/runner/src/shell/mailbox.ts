/**
 * A branch's mailbox. Answers and operators' words are facts and are never dropped; hints only mark something stale,
 * so one that is waiting already stands for all like it, and when too many different ones wait they become one hint
 * about everything. So the mailbox is bounded: by the hints it holds, and by the effects that are out.
 */
import { none } from 'fp-ts/lib/Option.js'
import type { Event, EpochMs } from '@headgate/core'

type Hint = Extract<Event, { readonly _tag: 'GithubHinted' | 'BatchHinted' | 'TimeAdvanced' }>

const isHint = (event: Event): event is Hint =>
  event._tag === 'GithubHinted' || event._tag === 'BatchHinted' || event._tag === 'TimeAdvanced'

/** Equal for hints that say the same. */
const keyOf = (hint: Hint): string => {
  switch (hint._tag) {
    case 'TimeAdvanced':
      return 'time'
    case 'BatchHinted':
      return `batch/${JSON.stringify(hint.batchId)}`
    case 'GithubHinted':
      return `github/${JSON.stringify(hint.concern)}`
  }
}

const everything = (at: EpochMs): ReadonlyArray<Hint> => [
  { _tag: 'GithubHinted', at, concern: { _tag: 'Everything' } },
  { _tag: 'BatchHinted', at, batchId: none },
  { _tag: 'TimeAdvanced', at },
]

export interface Mailbox {
  /** `coalesced`: something that waits already says as much. */
  readonly put: (event: Event) => 'queued' | 'coalesced'
  /** At most `max` events, in the order they came. */
  readonly take: (max: number) => ReadonlyArray<Event>
  readonly size: () => number
}

/** A mailbox that holds at most `hints` different hints (at least three). */
export const makeMailbox = (hints: number): Mailbox => {
  const waiting: Event[] = []
  const waitingHints = new Set<string>()
  const add = (event: Event): void => {
    waiting.push(event)
    if (isHint(event)) waitingHints.add(keyOf(event))
  }
  const collapse = (at: EpochMs): void => {
    const facts = waiting.filter((event) => !isHint(event))
    waiting.splice(0, waiting.length)
    waitingHints.clear()
    ;[...facts, ...everything(at)].forEach(add)
  }
  const covered = (hint: Hint): boolean =>
    waitingHints.has(keyOf(hint)) ||
    (hint._tag === 'GithubHinted' && waitingHints.has(keyOf(everything(hint.at)[0] as Hint))) ||
    (hint._tag === 'BatchHinted' && waitingHints.has(keyOf(everything(hint.at)[1] as Hint)))
  return {
    put: (event) => {
      if (isHint(event)) {
        if (covered(event)) return 'coalesced'
        if (waitingHints.size >= Math.max(hints, 3)) {
          collapse(event.at)
          return 'coalesced'
        }
      }
      add(event)
      return 'queued'
    },
    take: (max) => {
      const taken = waiting.splice(0, max)
      for (const event of taken) if (isHint(event)) waitingHints.delete(keyOf(event))
      return taken
    },
    size: () => waiting.length,
  }
}
