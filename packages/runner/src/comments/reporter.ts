/** One comment on each pull request, edited in place: written when what it says has changed, and only then. */
import * as E from 'fp-ts/lib/Either.js'
import { byNumber, SortedMap, type BranchState, type PrNumber } from '@headgate/core'
import type { Comments, Report } from '@headgate/adapters-github'
import type { Log } from '../shell/log.js'
import { patiently } from './patiently.js'
import { reportText } from './reportText.js'

export interface ReporterDeps {
  readonly comments: Comments
  /** The address of a pull request's page. */
  readonly pageOf: (pr: PrNumber) => string
  /** What is told within this time is told together. */
  readonly calmMs: number
  readonly log: Log
}

export interface Reporter {
  /** Takes every state that the branch comes to. */
  readonly see: (state: BranchState) => void
  /** Nothing is waiting to be written, and nothing is being written. */
  readonly isIdle: () => boolean
  readonly stop: () => void
}

/** So many landed pull requests are kept in mind, so that their comments need not be looked for again. */
const KNOWN_MAX = 5000

export const makeReporter = (deps: ReporterDeps, first: BranchState): Reporter => {
  const known = new Map<PrNumber, Report | undefined>()
  const due = new Set<PrNumber>()
  let state = first
  let timer: NodeJS.Timeout | undefined
  let writing = false
  let stopped = false

  const write = async (pr: PrNumber): Promise<void> => {
    const text = reportText(state, pr, deps.pageOf(pr))
    if (text === undefined) return
    if (!known.has(pr)) {
      const found = await patiently(() => deps.comments.findReport(pr))
      if (E.isLeft(found)) return deps.log.warn({ pr, failure: found.left }, 'a comment was not written')
      known.set(pr, found.right)
    }
    const old = known.get(pr)
    if (old?.body === text) return
    const written = await patiently(() => deps.comments.writeReport(pr, text, old))
    if (E.isLeft(written)) {
      // It may have been written all the same: it is looked for before anything is said again.
      known.delete(pr)
      return deps.log.warn({ pr, failure: written.left }, 'a comment was not written')
    }
    known.set(pr, written.right)
    const oldest = known.size > KNOWN_MAX ? known.keys().next() : undefined
    if (oldest?.value !== undefined) known.delete(oldest.value)
  }

  const writeAll = async (): Promise<void> => {
    writing = true
    for (let [pr] = due; pr !== undefined && !stopped; [pr] = due) {
      due.delete(pr)
      await write(pr)
    }
    writing = false
  }

  const wake = (): void => {
    if (timer !== undefined || writing || stopped || due.size === 0) return
    timer = setTimeout(() => {
      timer = undefined
      void writeAll().then(wake)
    }, deps.calmMs)
  }

  return {
    see: (next) => {
      for (const pr of SortedMap.changedKeys(byNumber, state.pullRequests, next.pullRequests)) due.add(pr)
      state = next
      wake()
    },
    isIdle: () => due.size === 0 && timer === undefined && !writing,
    stop: () => {
      stopped = true
      clearTimeout(timer)
    },
  }
}
