/** Folds one event into the state. What should happen because of it is decided afterwards, by `plan`. */
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import { runId } from '../ids.js'
import type { Answer, Event, EventOf } from '../model/event.js'
import type { InFlight } from '../model/state.js'
import { announced, deployStarted, endDeploy } from '../work/deploy.js'
import { landed, landingRefused } from '../work/landing.js'
import { doubtHead } from '../work/head.js'
import { putSource } from '../work/pullRequests.js'
import { markStale, settle, subjectOfId, type Work } from '../work/work.js'
import { batchesObserved } from './batches.js'
import { closed, failed } from './effectFailed.js'
import { branchObserved, commitInspected, headObserved, pullRequestObserved } from './github.js'
import {
  branchFrozen,
  deployRetried,
  headTestRetried,
  policyChanged,
  shaAuthorized,
  testRetried,
} from './operator.js'
import { serviceStarted, timeAdvanced } from './service.js'
import {
  batchCancelled,
  batchObserved,
  commitPrepared,
  runErrored,
  strayCommitPrepared,
  testBatchSubmitted,
} from './tests.js'

const githubHinted = (work: Work, { concern }: EventOf<'GithubHinted'>): Work => {
  switch (concern._tag) {
    case 'Everything':
      return markStale(work, { branch: true })
    case 'Head':
      return markStale(work, { head: true })
    case 'PullRequest':
      return markStale(work, { pullRequests: Set.add(work.stale.pullRequests, concern.pr) })
    case 'Checks': {
      const prs = M.get(work.sources, concern.sha)?.prs ?? []
      return markStale(work, {
        pullRequests: prs.reduce((set, pr) => Set.add(set, pr), work.stale.pullRequests),
      })
    }
  }
}

const batchHinted = (work: Work, event: EventOf<'BatchHinted'>): Work =>
  isSome(event.batchId)
    ? markStale(work, { batch: Set.add(work.stale.batch, event.batchId.value) })
    : markStale(work, { batches: true })

/** What was said under another name than ours is now says nothing. */
const statusPosted = (work: Work, flight: InFlight): Work => {
  if (flight.effect._tag !== 'PostStatus') return work
  const { sha, context, state } = flight.effect
  const posted = context === work.policy.statusContext ? some(state) : none
  return putSource(work, sha, { posted, seq: work.seq, refused: none })
}

const branchLanded = (work: Work, event: EventOf<'BranchLanded'>, flight: InFlight): Work =>
  flight.effect._tag === 'LandBranch' ? landed(work, flight.effect.ticket, event.landed) : work

/** Losing a race costs a fresh read, nothing else; a refusal by the forge's rules is asked again only so often. */
const refused = (work: Work, event: EventOf<'LandingRefused'>, flight: InFlight): Work => {
  if (flight.effect._tag !== 'LandBranch') return work
  const { ticket } = flight.effect
  switch (event.code) {
    case 'HeadMoved':
      return doubtHead(landingRefused(work, ticket, event.text))
    case 'SourceMoved':
    case 'Refused':
      return landingRefused(work, ticket, event.text)
  }
}

/** An answer counts once, and only for the effect it names; any other is late or doubled and changes nothing. */
const answered = (work: Work, event: Answer): Work => {
  const subject = subjectOfId(event.answers)
  const flight = M.get(work.inFlight, subject)
  if (flight === undefined || flight.effect.id !== event.answers)
    return event._tag === 'CommitPrepared'
      ? strayCommitPrepared(work, runId(subject.slice('PrepareCommit/'.length)))
      : work
  if (event._tag === 'EffectFailed') return failed(work, flight, event.failure)
  return settled(settle(work, subject), event, flight)
}

const settled = (work: Work, event: Exclude<Answer, { _tag: 'EffectFailed' }>, flight: InFlight): Work => {
  switch (event._tag) {
    case 'BranchObserved':
      return branchObserved(work, event, flight)
    case 'HeadObserved':
      return headObserved(work, event, flight)
    case 'PullRequestObserved':
      return pullRequestObserved(work, event, flight)
    case 'CommitInspected':
      return commitInspected(work, event, flight)
    case 'CommitPrepared':
      return commitPrepared(work, event, flight)
    case 'PreparationFailed':
    case 'TestBatchRejected':
      return runErrored(work, event, flight)
    case 'StatusPosted':
      return statusPosted(work, flight)
    case 'BranchLanded':
      return branchLanded(work, event, flight)
    case 'LandingRefused':
      return refused(work, event, flight)
    case 'PullRequestClosed':
      return flight.effect._tag === 'ClosePullRequest' ? closed(work, flight.effect.pr) : work
    case 'TestBatchSubmitted':
      return testBatchSubmitted(work, event, flight)
    case 'BatchObserved':
      return batchObserved(work, event, flight)
    case 'BatchesObserved':
      return batchesObserved(work, event)
    case 'BatchCancelled':
      return batchCancelled(work, flight)
    case 'DeployBatchSubmitted':
      return deployStarted(work, event.batchId)
    case 'DeployBatchRejected':
      return endDeploy(work, 'rejected', event.text)
    case 'DeployFailureAnnounced':
      return flight.effect._tag === 'AnnounceDeployFailure' ? announced(work, flight.effect.sha) : work
    case 'PreparedCommitDeleted':
      return work
  }
}

export const apply = (work: Work, event: Event): Work => {
  switch (event._tag) {
    case 'ServiceStarted':
      return serviceStarted(work)
    case 'TimeAdvanced':
      return timeAdvanced(work)
    case 'GithubHinted':
      return githubHinted(work, event)
    case 'BatchHinted':
      return batchHinted(work, event)
    case 'ShaAuthorized':
      return shaAuthorized(work, event)
    case 'BranchFrozen':
      return branchFrozen(work, event)
    case 'BranchUnfrozen':
      return { ...work, frozen: none }
    case 'TestRetried':
      return testRetried(work, event)
    case 'HeadTestRetried':
      return headTestRetried(work)
    case 'DeployRetried':
      return deployRetried(work)
    case 'PolicyChanged':
      return policyChanged(work, event)
    default:
      return answered(work, event)
  }
}
