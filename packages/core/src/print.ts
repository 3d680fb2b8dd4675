/** One readable line for an event, for an effect: for traces, logs and people. */
import { isSome } from 'fp-ts/lib/Option.js'
import type { Effect } from './model/effect.js'
import type { Event, GithubConcern, PullRequestFate } from './model/event.js'
import type {
  CheckSnapshot,
  DeployBatchSnapshot,
  PullRequestSnapshot,
  TestBatchSnapshot,
} from './model/snapshot.js'
import { short } from './model/short.js'

const list = (members: ReadonlyArray<{ readonly pr: number }>): string =>
  members.length === 0 ? 'the head' : members.map((member) => `#${member.pr}`).join(', ')

/** What is ordered, in the imperative. */
export const describeEffect = (effect: Effect): string => {
  switch (effect._tag) {
    case 'ReadBranch':
      return 'read the branch and its pull requests'
    case 'ReadHead':
      return 'read the head'
    case 'ReadPullRequest':
      return `read #${effect.pr}`
    case 'PrepareCommit':
      return `prepare ${list(effect.members)} on ${short(effect.base)}`
    case 'DeletePreparedCommit':
      return `delete the prepared commit of ${effect.run}`
    case 'SubmitTestBatch':
      return `test ${list(effect.members)} as ${short(effect.commit)} on ${short(effect.base)} (${effect.reason})`
    case 'ReadBatch':
      return `read batch ${effect.batchId}`
    case 'ReadBatches':
      return 'list the batches'
    case 'CancelBatch':
      return `cancel batch ${effect.batchId}: ${effect.reason}`
    case 'PostStatus':
      return `say ${effect.state} on ${short(effect.sha)}: ${effect.description}`
    case 'LandBranch': {
      const commit = isSome(effect.ticket.commit) ? short(effect.ticket.commit.value) : '?'
      return `land ${list(effect.ticket.members)}: ${short(effect.ticket.base)} -> ${commit} (${effect.ticket.landing}, batch ${effect.ticket.batchId})`
    }
    case 'InspectCommit':
      return `inspect ${short(effect.commit)}`
    case 'ClosePullRequest':
      return `close #${effect.pr}, landed as ${short(effect.landed)}`
    case 'SubmitDeployBatch':
      return `deploy ${short(effect.sha)}`
    case 'AnnounceDeployFailure':
      return `announce that the deploy of ${short(effect.sha)} failed: ${effect.text}`
  }
}

const numbers = (list: ReadonlyArray<number>): string =>
  list.length === 0 ? 'none' : list.map((n) => `#${n}`).join(', ')

const describeConcern = (concern: GithubConcern): string => {
  switch (concern._tag) {
    case 'Everything':
      return 'everything'
    case 'Head':
      return 'the head'
    case 'PullRequest':
      return `#${concern.pr}`
    case 'Checks':
      return `the checks of ${short(concern.sha)}`
  }
}

const describeCheck = ({ name, state, reporter }: CheckSnapshot): string =>
  `${name} ${isSome(state) ? state.value : 'without a state'}${isSome(reporter) ? ` by ${reporter.value}` : ''}`

/** Everything that a read shows of a pull request but its title and the name of its branch. */
const describeSnapshot = (pr: PullRequestSnapshot): string =>
  [
    `#${pr.number} by ${pr.author} at ${short(pr.source)}`,
    ...(pr.draft ? ['draft'] : []),
    pr.reviewDecision,
    ...(pr.approvedShas.length > 0 ? [`approved at ${pr.approvedShas.map(short).join(' and ')}`] : []),
    ...pr.labels.map((label) => `"${label}"`),
    ...pr.checks.map(describeCheck),
  ].join(', ')

const describeFate = (fate: PullRequestFate): string => {
  switch (fate._tag) {
    case 'Open':
      return `open: ${describeSnapshot(fate.snapshot)}`
    case 'Merged':
      return isSome(fate.commit) ? `merged as ${short(fate.commit.value)}` : 'merged'
    case 'Closed':
      return 'closed'
    case 'Elsewhere':
      return 'against another branch'
  }
}

const describeState = (batch: { readonly state: string; readonly complete: boolean }): string =>
  batch.complete || batch.state === 'running' ? batch.state : `${batch.state}, still running`

const describeTest = (batch: TestBatchSnapshot): string => {
  const what = isSome(batch.pr) ? `#${batch.pr.value} at ${short(batch.source)}` : 'the head'
  return `batch ${batch.batchId} of ${what} on ${short(batch.target)}: ${describeState(batch)}`
}

const describeDeploy = (batch: DeployBatchSnapshot): string =>
  `batch ${batch.batchId} deploys ${short(batch.sha)}: ${describeState(batch)}`

/** The telling fields of an event, in words; empty for one that says all by its name. */
const details = (event: Event): string => {
  switch (event._tag) {
    case 'ServiceStarted':
    case 'TimeAdvanced':
    case 'PreparedCommitDeleted':
    case 'StatusPosted':
    case 'PullRequestClosed':
    case 'BatchCancelled':
    case 'DeployFailureAnnounced':
      return ''
    case 'GithubHinted':
      return describeConcern(event.concern)
    case 'BatchHinted':
      return isSome(event.batchId) ? `batch ${event.batchId.value}` : 'the batches'
    case 'BranchObserved': {
      const required = event.requiredChecks.length > 0 ? `, requires ${event.requiredChecks.join(', ')}` : ''
      return `head ${short(event.head)}${required}, open: ${numbers(event.pullRequests.map((pr) => pr.number))}`
    }
    case 'HeadObserved':
      return short(event.head)
    case 'PullRequestObserved':
      return describeFate(event.fate)
    case 'CommitInspected':
      return `parents ${event.parents.map(short).join(', ') || 'none'}, tree ${short(event.tree)}`
    case 'CommitPrepared':
      return `${short(event.commit)}, tree ${short(event.tree)}`
    case 'PreparationFailed':
    case 'TestBatchRejected':
    case 'LandingRefused':
      return `${event.code}: ${event.text}`
    case 'BranchLanded':
      return `as ${short(event.landed)}`
    case 'TestBatchSubmitted':
    case 'DeployBatchSubmitted':
      return `as batch ${event.batchId}`
    case 'BatchObserved':
      return event.fate._tag === 'Known' ? describeState(event.fate) : 'gone'
    case 'BatchesObserved':
      return [...event.tests.map(describeTest), ...event.deploys.map(describeDeploy)].join('; ') || 'none'
    case 'DeployBatchRejected':
      return event.text
    case 'EffectFailed':
      return `${event.failure.kind}, ${event.failure.code}: ${event.failure.text}`
    case 'ShaAuthorized':
      return `${short(event.sha)}, by ${event.by}`
    case 'BranchFrozen':
      return `by ${event.by}: ${event.reason}`
    case 'TestRetried': {
      const upTo = isSome(event.batchId) ? ` up to batch ${event.batchId.value}` : ''
      return `#${event.pr}${upTo}, by ${event.by}`
    }
    case 'BranchUnfrozen':
    case 'HeadTestRetried':
    case 'DeployRetried':
    case 'PolicyChanged':
      return `by ${event.by}`
  }
}

/**
 * The event's name, what it says, and in brackets the order that it answers.
 *
 * @example
 * describeEvent({ _tag: 'HeadObserved', at, answers: effectId('ReadHead#k3-7'), head: sha('4f2c91d8') })
 * // 'HeadObserved: 4f2c91d [ReadHead#k3-7]'
 */
export const describeEvent = (event: Event): string => {
  const said = details(event)
  const answers = 'answers' in event ? ` [${event.answers}]` : ''
  return `${event._tag}${said === '' ? '' : `: ${said}`}${answers}`
}
