/** What a service that remembers takes from one step to the next. */
import type { Batch } from '../recording.js'
import type { World } from '../world.js'
import type { Experience, LastVerdict } from './book.js'
import type { BranchMemory, PrMemory } from './memory.js'
import { seenOf } from './refusals.js'

/** The id of the newest batch there is. */
const newestBatch = (world: World): number => Math.max(0, ...world.batches.map((b) => b.id))

export const verdictNow = (pr: PrMemory, verdict: LastVerdict['verdict'], world: World): LastVerdict => ({
  source: pr.sha,
  verdict,
  target: pr.batch?.target ?? '',
  batch: pr.batch?.id ?? null,
  upTo: newestBatch(world),
})

const verdictAfter = (pr: PrMemory, old: LastVerdict | undefined, world: World): LastVerdict | undefined => {
  if (pr.buildState !== null) {
    const known = old?.verdict === 'error' && pr.buildState === 'error' && pr.batch === null
    return known ? old : verdictNow(pr, pr.buildState, world)
  }
  return pr.batch !== null && old?.source === pr.sha ? old : undefined
}

const mineAt = (pr: number, source: string) => (b: Batch) =>
  b.kind === 'test' && b.pr === pr && b.source === source

/** A retry makes the verdict of its batch, and of all older ones, forgotten. */
const isRetried = (number: number, last: LastVerdict, old: Experience, world: World): boolean => {
  const mine = world.batches.filter(mineAt(number, last.source))
  const news = mine.filter((b) => world.snapshot.invalidated.includes(b.id) && !old.retried.has(b.id))
  return news.some((b) => last.batch !== null && b.id >= last.batch)
}

type Sources = ReadonlyMap<number, string>
const sourcesIn = (prs: ReadonlyArray<{ readonly n: number; readonly sha: string }>): Sources =>
  new Map(prs.map((pr) => [pr.n, pr.sha]))

/** Hidden batches of a source that a pull request comes to. */
const hiddenHere = (old: Experience, hiddenUpTo: number, now: Sources, world: World): ReadonlyArray<number> =>
  world.batches.flatMap((b) => {
    if (b.kind !== 'test' || b.id > hiddenUpTo) return []
    return old.sources.get(b.pr) !== b.source && now.get(b.pr) === b.source ? [b.id] : []
  })

/** The newest invalidated batch of the sources that pull requests have left. */
const hiddenBy = (old: Experience, now: Sources, world: World): number =>
  Math.max(
    old.hiddenUpTo,
    ...world.batches.flatMap((b) => {
      if (b.kind !== 'test' || !world.snapshot.invalidated.includes(b.id)) return []
      return old.sources.get(b.pr) === b.source && now.get(b.pr) !== b.source ? [b.id] : []
    }),
  )

/** A merge is no longer in doubt when its pull request is seen to have been closed. */
const stillUnknown = (old: Experience, world: World): Experience['unknown'] =>
  new Map([...old.unknown].filter(([n]) => world.snapshot.prs.some((pr) => pr.n === n)))

/** What is still known when the step begins. */
export const recall = (old: Experience, world: World): Experience => {
  const now = sourcesIn(world.snapshot.prs)
  const hiddenUpTo = hiddenBy(old, now, world)
  return {
    ...old,
    hiddenUpTo,
    refusals: new Map([...old.refusals].filter(([n, last]) => last.seen === seenOf(world.snapshot.prs, n))),
    unknown: stillUnknown(old, world),
    stopped: new Set(old.stopped),
    left: new Set([...old.left, ...hiddenHere(old, hiddenUpTo, now, world)]),
    forgotten: new Set(old.forgotten),
    verdicts: new Map([...old.verdicts].filter(([n, last]) => !isRetried(n, last, old, world))),
  }
}

/** A batch that was stopped is kept in mind until it is seen to have ended. */
const stoppedAfter = ({ stopped }: Experience, world: World): Set<number> => {
  const asked = [...stopped, ...world.actions.flatMap((a) => (a.t === 'cancel' ? [a.id] : []))]
  return new Set(asked.filter((id) => world.batches.some((b) => b.id === id && !b.complete)))
}

/** What is known after a step, by what was known in it and how it ended. */
export const learn = ({
  world,
  memory,
  experience: old,
}: {
  readonly world: World
  readonly memory: BranchMemory
  readonly experience: Experience
}): Experience => {
  const prs = [...memory.prs.values()]
  const sources = sourcesIn(prs.map((pr) => ({ n: pr.number, sha: pr.sha })))
  return {
    verdicts: new Map(
      prs.flatMap((pr) => {
        const verdict = verdictAfter(pr, old.verdicts.get(pr.number), world)
        return verdict === undefined ? [] : [[pr.number, verdict] as const]
      }),
    ),
    refusals: new Map([...old.refusals].filter(([n]) => memory.prs.has(n))),
    unknown: old.unknown,
    sources: new Map(sources),
    hiddenUpTo: hiddenBy(old, sources, world),
    begun: old.begun,
    left: old.left,
    stopped: stoppedAfter(old, world),
    forgotten: new Set(),
    retried: new Set([...old.retried, ...world.snapshot.invalidated]),
    unposted: new Map(
      prs.flatMap((pr) => {
        const last = world.actions.findLast((a) => a.t === 'status' && a.sha === pr.sha)
        return last?.t === 'status' && last.ok === false ? [[pr.sha, last.state] as const] : []
      }),
    ),
  }
}
