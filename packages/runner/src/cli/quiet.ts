/** When nothing more can happen: quiet, then a full fresh read that brought nothing, and no delivery on its way. */
import { none } from 'fp-ts/lib/Option.js'
import { isQuiet, type Effect } from '@headgate/core'
import type { Service } from '../shell/service.js'

const LOOK_MS = 40

const READS: ReadonlyArray<Effect['_tag']> = [
  'ReadBranch',
  'ReadHead',
  'ReadPullRequest',
  'ReadBatch',
  'ReadBatches',
  'InspectCommit',
]

const pause = (ms: number): Promise<void> => new Promise((go) => setTimeout(go, ms))

const settled = (service: Service): boolean =>
  service.actors.every((actor) => actor.isIdle() && isQuiet(actor.state()))

/** Waits until everything is quiet and `delivered` says that no hook is on its way. */
const untilSettled = async (service: Service, delivered: () => Promise<boolean>): Promise<void> => {
  for (;;) {
    if (settled(service) && (await delivered()) && settled(service)) return
    await pause(LOOK_MS)
  }
}

/** Has everything read afresh. True: it brought no news. */
const lookedInVain = async (service: Service, delivered: () => Promise<boolean>): Promise<boolean> => {
  let news = false
  const unsubscribe = service.subscribe((step) => {
    news ||= step.decisions.length > 0 || step.effects.some((effect) => !READS.includes(effect._tag))
  })
  for (const actor of service.actors) {
    const at = actor.state().now
    actor.hint({ _tag: 'GithubHinted', at, concern: { _tag: 'Everything' } })
    actor.hint({ _tag: 'BatchHinted', at, batchId: none })
  }
  await untilSettled(service, delivered)
  unsubscribe()
  return !news
}

/** Resolves when nothing more can happen without news from outside. */
export const untilNothingHappens = async (
  service: Service,
  delivered: () => Promise<boolean>,
): Promise<void> => {
  do await untilSettled(service, delivered)
  while (!(await lookedInVain(service, delivered)))
}
