/** The end of a landing, however it was learned. */
import { isNone, isSome, none, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { Sha } from '../ids.js'
import { issueTicket } from '../landing/ticket.js'
import type { PullRequest, Standing } from '../model/state.js'
import type { LandingTicket } from '../model/ticket.js'
import { overtakenBy, type Overtaking } from '../queue/overdue.js'
import { doubtHead, moveHead } from './head.js'
import { abandonRun, releaseResult } from './runs.js'
import { rememberLanding, rememberPaths } from './memory.js'
import { dropPullRequest, putPullRequest } from './pullRequests.js'
import { after, headSha, markStale, order, orderAgain, retryLater, settle, type Work } from './work.js'
import * as Set from '../collections/sortedSet.js'

/**
 * The branch is at `landed` because of this ticket. Under fast-forward that is the tested commit itself; what a forge
 * merged is inspected before it counts as verified.
 */
export const landed = (before: Work, ticket: LandingTicket, sha: Sha): Work => {
  const exact = isSome(ticket.commit) && ticket.commit.value === sha
  const standing: Standing = exact ? { _tag: 'Verified', how: 'landed' } : { _tag: 'Inspecting', ticket }
  const work = settle({ ...before, landing: none }, 'LandBranch')
  // Somebody may have pushed on top before we learned of it: then a fresh read says where the branch is now.
  const current = headSha(work)
  const moved =
    current === ticket.base || current === sha
      ? moveHead(work, sha, standing, some({ sha: ticket.base, at: work.now }))
      : doubtHead(work)
  const noted = overtakenBy(before, ticket.base, ticket.members).reduce(noteOvertaking, moved)
  const recorded = ticket.members.reduce((w, member) => recordLanding(w, ticket, member, sha), noted)
  const released = isSome(ticket.commit)
    ? order(recorded, { _tag: 'DeletePreparedCommit', run: ticket.run })
    : recorded
  return exact ? released : order(released, { _tag: 'InspectCommit', commit: sha })
}

const noteOvertaking = (work: Work, { number, by }: Overtaking): Work => {
  const pr = M.get(work.pullRequests, number)
  return pr === undefined ? work : putPullRequest(work, { ...pr, overtaken: pr.overtaken + by })
}

/** Its own run ends, and so does what another run than the ticket's left for it. */
const endOwn = (work: Work, pr: PullRequest, ticket: LandingTicket): Work => {
  const ended = isSome(pr.run) ? abandonRun(work, pr.run.value, 'it has landed') : work
  const own =
    isSome(pr.result) && pr.result.value._tag === 'Passed' ? pr.result.value.evidence.run : undefined
  return own === ticket.run ? ended : releaseResult(ended, pr)
}

const recordLanding = (
  work: Work,
  ticket: LandingTicket,
  member: LandingTicket['members'][number],
  sha: Sha,
): Work => {
  const pr = M.get(work.pullRequests, member.pr)
  const record = {
    pr: member.pr,
    title: pr?.snapshot.title ?? ticket.title,
    source: member.source,
    base: ticket.base,
    tested: ticket.commit,
    landed: sha,
    run: ticket.run,
    batchId: ticket.batchId,
    at: work.now,
    closed: false,
  }
  const cleared = pr === undefined ? work : endOwn(work, pr, ticket)
  const paths = pr?.snapshot.paths ?? []
  const noted = rememberPaths(cleared, { pr: member.pr, paths, at: work.now })
  // First it counts as landed, then it leaves: those that depend on it are placed anew when it does.
  return dropPullRequest(rememberLanding(noted, record), member.pr)
}

/** The landing did not and will not happen as asked; nothing else is lost, approvals and results stay. */
export const landingLost = (work: Work): Work => settle({ ...work, landing: none }, 'LandBranch')

/**
 * Orders the landing again, if its ticket would still be issued: it may be frozen by now, or not approved any more.
 * Where the branch is not at the base any more the swap can't succeed: then the order asks what became of the first one.
 */
export const landAgain = (work: Work, ticket: LandingTicket): Work => {
  const onlyAsks = ticket.landing === 'fast-forward' && headSha(work) !== ticket.base
  return onlyAsks || mayStillLand(work, ticket) ? orderAgain(work, 'LandBranch') : landingLost(work)
}

const mayStillLand = (work: Work, ticket: LandingTicket): boolean =>
  ticket.members.every((member) => {
    const anew = issueTicket({ ...work, landing: none }, member.pr)
    return isSome(anew) && anew.value.run === ticket.run && anew.value.landing === ticket.landing
  })

/** A look showed that a landing of unknown outcome has not happened so far: it is ordered again after a pause, so often. */
export const landingNotSeen = (work: Work, ticket: LandingTicket): Work => {
  const attempt = M.get(work.inFlight, 'LandBranch')?.attempt ?? 0
  return attempt < work.policy.effectAttempts
    ? retryLater(work, 'LandBranch')
    : landingRefused(work, ticket, 'no answer came in many attempts, and the branch did not move.')
}

/** The forge said no. It is asked again after a pause, at most as often as the policy says. */
export const landingRefused = (work: Work, ticket: LandingTicket, text: string): Work =>
  ticket.members.reduce((w, { pr: number }) => {
    const pr = M.get(w.pullRequests, number)
    if (pr === undefined) return w
    const earlier = isSome(pr.refusal) && pr.refusal.value.run === ticket.run ? pr.refusal.value.attempts : 0
    const attempts = earlier + 1
    const pause = Math.min(
      w.policy.durations.retrySeconds * 2 ** attempts,
      w.policy.durations.retryMaxSeconds,
    )
    const phase = attempts < w.policy.landingAttempts ? 'paused' : 'final'
    const refusal = { run: ticket.run, text, attempts, phase, retryAt: after(w.now, pause) } as const
    const refused = putPullRequest(w, { ...pr, refusal: some(refusal) })
    return markStale(refused, { pullRequests: Set.add(refused.stale.pullRequests, number) })
  }, landingLost(work))

/** A refusal whose pause is over no longer holds the pull request back, but its attempts still count. */
export const refusalIsOver = (work: Work, number: LandingTicket['members'][number]['pr']): Work => {
  const pr = M.get(work.pullRequests, number)
  if (pr === undefined || isNone(pr.refusal)) return work
  return putPullRequest(work, { ...pr, refusal: some({ ...pr.refusal.value, phase: 'over' }) })
}
