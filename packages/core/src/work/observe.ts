/** What a read showed, folded in: nothing that is known to be newer is overridden by it. */
import { isNone, isSome, none, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import type { PrNumber, Sha } from '../ids.js'
import { eqPullRequest, type PullRequestSnapshot } from '../model/snapshot.js'
import { noTries, type PullRequest, type Standing } from '../model/state.js'
import { hasLanded } from './memory.js'
import { dropPullRequest, putPullRequest, putSource } from './pullRequests.js'
import { abandonRun, releaseResult } from './runs.js'
import { confirmHead, moveHead } from './head.js'
import { isOut, markStale, notice, order, type Work } from './work.js'

/** Our own status as the forge shows it; what we posted after the read was asked is not overridden. */
const ownStatus = (work: Work, snapshot: PullRequestSnapshot) => {
  const own = snapshot.checks.find((check) => check.name === work.policy.statusContext)
  const state = own !== undefined && isSome(own.state) ? own.state.value : undefined
  switch (state) {
    case 'SUCCESS':
      return some('success' as const)
    case 'FAILURE':
    case 'ERROR':
      return some('failure' as const)
    case 'PENDING':
    case 'EXPECTED':
      return some('pending' as const)
    default:
      return none
  }
}

const fresh = (work: Work, snapshot: PullRequestSnapshot): Omit<PullRequest, 'place'> => ({
  snapshot,
  seq: work.seq,
  result: none,
  run: none,
  refusal: none,
  tries: noTries,
  overtaken: 0,
  queued: none,
})

const changed = (work: Work, old: PullRequest, snapshot: PullRequestSnapshot): Work => {
  if (old.snapshot.source === snapshot.source)
    return putPullRequest(work, { ...old, snapshot, seq: work.seq, refusal: none })
  const cleared = isSome(old.run) ? abandonRun(work, old.run.value, 'a new commit was pushed') : work
  // The old source is looked at too: another pull request may share it.
  return notice(putPullRequest(releaseResult(cleared, old), fresh(work, snapshot)), old.snapshot.source)
}

/** An open pull request, as a read asked at event `seq` showed it. Merged is final: one that landed here never comes back. */
export const observePullRequest = (work: Work, snapshot: PullRequestSnapshot, seq: number): Work => {
  if (hasLanded(work, snapshot.number)) return stillOpen(work, snapshot.number)
  const old = M.get(work.pullRequests, snapshot.number)
  const gone = M.get(work.gone, snapshot.number)
  const same = old !== undefined && eqPullRequest.equals(old.snapshot, snapshot)
  const newer = old === undefined ? gone : old.seq
  if (newer !== undefined && newer > seq) return same ? work : readAgain(work, snapshot.number)
  const seen =
    old === undefined
      ? putPullRequest(work, fresh(work, snapshot))
      : same
        ? confirmed(work, old)
        : changed(work, old, snapshot)
  return observeOwnStatus(seen, snapshot, seq)
}

/**
 * Two reads that were out at once and differ: which of the two views is the newer one nobody can tell. What is known stays
 * until a read that is asked from now on has shown which.
 */
const readAgain = (work: Work, number: PrNumber): Work =>
  markStale(work, { pullRequests: Set.add(work.stale.pullRequests, number) })

/** Reads that may show this pull request and are still out. */
const mayStillShow = (work: Work, number: PrNumber): boolean =>
  isOut(work, 'ReadBranch') || isOut(work, `ReadPullRequest/${number}`)

/** Seen again, unchanged. Only while another read of it is out does it matter since when that is known. */
const confirmed = (work: Work, old: PullRequest): Work =>
  mayStillShow(work, old.snapshot.number)
    ? { ...work, pullRequests: M.set(work.pullRequests, old.snapshot.number, { ...old, seq: work.seq }) }
    : work

const observeOwnStatus = (work: Work, snapshot: PullRequestSnapshot, seq: number): Work => {
  const source = M.get(work.sources, snapshot.source)
  const shown = ownStatus(work, snapshot)
  if (source === undefined || source.seq > seq || M.has(work.inFlight, `PostStatus/${snapshot.source}`))
    return work
  const same = isNone(shown)
    ? isNone(source.posted)
    : isSome(source.posted) && source.posted.value === shown.value
  // A forge that shows nothing yet lags behind a status that we know was taken.
  return same || isNone(shown) ? work : putSource(work, snapshot.source, { posted: shown })
}

/** A pull request that landed but is still shown as open, long after: say so on it and close it. */
const stillOpen = (work: Work, number: PrNumber): Work => {
  const landed = M.get(work.landings, number)
  const patience = work.policy.durations.forgeLagSeconds * 1000
  return landed === undefined || landed.closed || work.now < landed.at + patience
    ? work
    : order(work, { _tag: 'ClosePullRequest', pr: number, landed: landed.landed })
}

/** A read that was asked earlier and is answered later must not bring it back. */
const rememberGone = (work: Work, number: PrNumber): Work =>
  mayStillShow(work, number) ? { ...work, gone: M.set(work.gone, number, work.seq) } : work

/** What no read that is out could bring back is forgotten. */
export const forgetGone = (work: Work): Work => ({
  ...work,
  gone: M.keysArray(work.gone)
    .filter((number) => !mayStillShow(work, number))
    .reduce((map, number) => M.remove(map, number), work.gone),
})

/** A pull request that is not open here any more. */
export const observeGone = (before: Work, number: PrNumber, seq: number): Work => {
  const old = M.get(before.pullRequests, number)
  if (old !== undefined && old.seq > seq) return readAgain(before, number)
  const work = rememberGone(before, number)
  if (old === undefined) return work
  const cleared = isSome(old.run)
    ? abandonRun(work, old.run.value, 'the pull request is no longer open')
    : work
  return dropPullRequest(releaseResult(cleared, old), number)
}

/** Did something land on this commit just now? Then a read that shows it as the head is a lagging one. */
const isLagging = (work: Work, sha: Sha): boolean =>
  M.valuesArray(work.landings).some(
    ({ base, at }) => base === sha && work.now < at + work.policy.durations.forgeLagSeconds * 1000,
  )

/** The head, as a read asked at event `seq` showed it. */
export const observeHead = (work: Work, sha: Sha, seq: number): Work => {
  if (isNone(work.head)) return moveHead(work, sha, arrived(work, sha, 'It was there before headgate was.'))
  const head = work.head.value
  if (seq < head.seq) return head.sha === sha ? work : markStale(work, { head: true })
  if (head.sha === sha) return confirmHead(work)
  return isLagging(work, sha) ? work : moveHead(work, sha, arrived(work, sha, 'It was pushed past the gate.'))
}

/** A forge merge of ours that we find only now was made on another head than the one it was tested on. */
const wasMergedElsewhere = (work: Work, sha: Sha): boolean =>
  M.valuesArray(work.landings).some(
    ({ landed, tested }) => landed === sha && !(isSome(tested) && tested.value === sha),
  )

const arrived = (work: Work, sha: Sha, why: string): Standing =>
  wasMergedElsewhere(work, sha)
    ? { _tag: 'Unverified', why: 'The forge merged it on another head than it was tested on.' }
    : work.policy.unverifiedHead === 'trust'
      ? { _tag: 'Verified', how: 'trusted' }
      : { _tag: 'Unverified', why }
