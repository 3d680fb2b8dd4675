/**
 * Writes what decisions read of a state, and nothing that only grows: times as what is left of them, event counts as
 * before or after the reads that are out, ids by first appearance. Texts for people, the history of deploys and what
 * landed when are left out, since no decision reads them.
 */
import { isSome, type Option } from 'fp-ts/lib/Option.js'
import {
  SortedMap as M,
  type BranchState,
  type EpochMs,
  type InFlight,
  type PullRequest,
  type Standing,
  type TestRun,
} from '../../index.js'
import { deployOwner, type World } from '../world/world.js'
import { batch, byOwner, effect, evidence, members, names, option, snapshot, ticket } from './parts.js'
import type { Needs } from './queue.js'
import type { Writer } from './writer.js'

/** What is left until then; what is over is over, however long. */
const left = (w: Writer, state: BranchState, at: number): void => w.put(Math.max(0, at - state.now))

const isRead = (flight: InFlight): boolean =>
  flight.effect._tag.startsWith('Read') || flight.effect._tag === 'InspectCommit'

/** Event counts are only ever compared with those of reads that are out: how many of these were asked before it. */
const asked = (w: Writer, reads: ReadonlyArray<number>, seq: number): void =>
  w.put(reads.filter((read) => read < seq).length)

/** A mark hides batches, and may come to hide those of others as well: which ones it would. */
const upTo = (w: Writer, world: World, id: number): void =>
  byOwner(world.batches).forEach((b) => w.flag(b.id <= id))

const result = (w: Writer, world: World, r: PullRequest['result']): void =>
  option(w, r, (found) => {
    w.word(found._tag)
    if (found._tag !== 'Errored') return evidence(w, world, found.evidence)
    w.name(found.base)
    w.word(found.code)
  })

const pullRequest =
  (w: Writer, state: BranchState, world: World, reads: ReadonlyArray<number>) =>
  (pr: PullRequest): void => {
    snapshot(w, pr.snapshot)
    asked(w, reads, pr.seq)
    result(w, world, pr.result)
    option(w, pr.run, w.name)
    option(w, pr.refusal, (refusal) => {
      w.name(refusal.run)
      w.put(refusal.attempts)
      w.word(refusal.phase)
      left(w, state, refusal.phase === 'paused' ? refusal.retryAt : 0)
    })
    const { tries } = pr
    const { retries } = state.policy
    // More than there are retries is no more than that.
    w.put(Math.min(tries.failed, retries.failed))
    w.put(Math.min(tries.infrastructure, retries.infrastructure))
    w.put(Math.min(tries.timeout, retries.timeout))

    w.flag(pr.place.candidate)
    w.flag(pr.place.ready)
    w.flag(pr.place.untested)
    w.flag(pr.place.key.unblocked)
    w.put(pr.place.key.rank)
    option(w, pr.place.settledOn, w.name)
    option(w, pr.place.landableOn, w.name)
    const source = M.get(state.sources, pr.snapshot.source)
    w.flag(source !== undefined)
    if (source === undefined) return
    option(w, source.posted, w.word)
    w.flag(source.renewed)
    option(w, source.refused, (refused) => w.word(refused.state))
    asked(w, reads, source.seq)
    w.flag(M.has(state.authorizations, pr.snapshot.source))
  }

const run =
  (w: Writer, state: BranchState, world: World) =>
  (r: TestRun): void => {
    w.name(r.id)
    w.word(r.purpose)
    w.name(r.base)
    members(w, r.members)
    names(w, r.chain)
    w.flag(r.abandoned)
    w.word(r.stage._tag)
    switch (r.stage._tag) {
      case 'Preparing':
        return
      case 'Submitting':
        w.name(r.stage.commit)
        return option(w, r.stage.tree, w.name)
      case 'Running':
        option(w, r.stage.commit, w.name)
        option(w, r.stage.tree, w.name)
        batch(w, world, r.stage.batchId)
        left(w, state, r.stage.since + state.policy.durations.testTimeoutSeconds * 1000)
        return left(w, state, r.stage.lookAt)
    }
  }

const standing = (w: Writer, world: World, s: Standing): void => {
  w.word(s._tag)
  if (s._tag === 'Inspecting') ticket(w, world, s.ticket)
}

const head = (w: Writer, state: BranchState, world: World, reads: ReadonlyArray<number>): void =>
  option(w, state.head, (h) => {
    w.name(h.sha)
    standing(w, world, h.standing)
    asked(w, reads, h.seq)
    w.flag(h.doubted)
    const lag = state.policy.durations.forgeLagSeconds * 1000
    const lagging: Option<{ readonly sha: string; readonly at: EpochMs }> = h.landedFrom
    const recent = isSome(lagging) && lagging.value.at + lag > state.now
    w.flag(recent)
    if (!recent) return
    w.name(lagging.value.sha)
    left(w, state, lagging.value.at + lag)
  })

const deploy = (w: Writer, state: BranchState, world: World): void => {
  const { current, last, invalidated, announced } = state.deploy
  option(w, current, (d) => {
    w.name(d.run)
    w.name(d.sha)
    option(w, d.batchId, (id) => batch(w, world, id))
    left(w, state, d.startedAt + state.policy.durations.testTimeoutSeconds * 1000)
    left(w, state, d.lookAt)
  })
  option(w, last, (d) => {
    w.name(d.sha)
    option(w, d.batchId, (id) => batch(w, world, id))
    w.word(d.outcome)
  })
  option(w, invalidated, (id) =>
    w.put(world.batches.filter((b) => b.owner === deployOwner && b.id <= id).length),
  )
  option(w, announced, w.name)
}

const flight =
  (w: Writer, state: BranchState, world: World, reads: ReadonlyArray<number>) =>
  (f: InFlight): void => {
    effect(w, world, f.effect)
    w.put(f.attempt)
    w.word(f.waiting)
    // While it is looked for it has no alarm, and the count of events says which reads are fresh enough.
    if (f.waiting === 'look') return asked(w, reads, f.seq)
    left(w, state, f.due)
    if (isRead(f)) asked(w, reads, f.seq)
  }

const index = (w: Writer, { book }: BranchState): void => {
  const keys = [...M.keysArray(book.candidates), ...M.keysArray(book.untested)]
  w.put(M.size(book.candidates))
  keys.forEach((key) => w.put(key.number))
  w.bag(M.toArray(book.settled), ([base, set]) => {
    w.name(base)
    M.keysArray(set).forEach((key) => w.put(key.number))
  })
  w.bag(M.toArray(book.landable), ([base, set]) => {
    w.name(base)
    M.keysArray(set).forEach((key) => w.put(key.number))
  })
}

const stale = (w: Writer, { stale: s }: BranchState, world: World): void => {
  w.flag(s.branch)
  w.flag(s.head)
  w.flag(s.batches)
  w.put(M.size(s.pullRequests))
  M.keysArray(s.pullRequests).forEach((pr) => w.put(pr))
  w.bag(M.keysArray(s.batch), (id) => batch(w, world, id))
}

/** Distinct event counts of the reads that are out. */
const readsOut = (state: BranchState): ReadonlyArray<number> => [
  ...new Set(
    M.valuesArray(state.inFlight)
      .filter(isRead)
      .map((f) => f.seq),
  ),
]

export const writeState = (w: Writer, state: BranchState, world: World, needs: Needs): void => {
  const reads = readsOut(state)
  w.flag(state.seq > 0)
  w.put(state.requiredChecks.length)
  head(w, state, world, reads)
  w.put(M.size(state.pullRequests))
  M.valuesArray(state.pullRequests).forEach(pullRequest(w, state, world, reads))
  const runs = M.valuesArray(state.runs)
  // Strategies look at several in the order of their names.
  if (needs.chains) runs.forEach(run(w, state, world))
  else w.bag(runs, run(w, state, world))
  w.bag(M.valuesArray(state.inFlight), flight(w, state, world, reads))
  w.bag(M.toArray(state.cancelling), ([id, { acknowledged }]) => {
    batch(w, world, id)
    w.flag(acknowledged)
  })
  option(w, state.landing, (t) => ticket(w, world, t))
  w.bag(M.toArray(state.gone), ([pr, seq]) => {
    w.put(pr)
    asked(w, reads, seq)
  })
  w.bag(M.valuesArray(state.landings), (landing) => {
    w.put(landing.pr)
    w.name(landing.landed)
    w.flag(landing.closed)
    left(w, state, landing.at + state.policy.durations.forgeLagSeconds * 1000)
  })
  w.bag(M.toArray(state.invalidated), ([key, id]) => {
    w.word(key)
    upTo(w, world, id)
  })
  w.flag(isSome(state.frozen))
  w.flag(state.listed)
  deploy(w, state, world)
  index(w, state)
  stale(w, state, world)
  left(w, state, state.pollAt)
  w.put(M.size(state.book.alarms))
}
