/** One readable line for an event, an effect: for traces, logs and people. */
import { isSome } from 'fp-ts/lib/Option.js'
import type { Effect } from './model/effect.js'
import type { Event } from './model/event.js'
import { short } from './model/short.js'

const list = (members: ReadonlyArray<{ readonly pr: number }>): string =>
  members.length === 0 ? 'the head' : members.map((member) => `#${member.pr}`).join(', ')

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

/** The event's name, what it answers, and its telling fields. */
export const describeEvent = (event: Event): string => {
  const answers = 'answers' in event ? ` [${event.answers}]` : ''
  switch (event._tag) {
    case 'BranchObserved':
      return `BranchObserved head ${short(event.head)}, ${event.pullRequests.length} open${answers}`
    case 'HeadObserved':
      return `HeadObserved ${short(event.head)}${answers}`
    case 'PullRequestObserved':
      return `PullRequestObserved ${event.fate._tag}${answers}`
    case 'PreparationFailed':
    case 'TestBatchRejected':
      return `${event._tag} ${event.code}: ${event.text}${answers}`
    case 'TestBatchSubmitted':
    case 'DeployBatchSubmitted':
      return `${event._tag} as batch ${event.batchId}${answers}`
    case 'BatchObserved':
      return `BatchObserved ${event.fate._tag === 'Known' ? event.fate.state : 'gone'}${answers}`
    case 'BranchLanded':
      return `BranchLanded ${short(event.landed)}${answers}`
    case 'LandingRefused':
      return `LandingRefused ${event.code}: ${event.text}${answers}`
    case 'EffectFailed':
      return `EffectFailed ${event.failure.kind} ${event.failure.code}: ${event.failure.text}${answers}`
    case 'ShaAuthorized':
      return `ShaAuthorized ${short(event.sha)} by ${event.by}`
    case 'TestRetried':
      return `TestRetried #${event.pr} by ${event.by}`
    case 'BranchFrozen':
      return `BranchFrozen by ${event.by}: ${event.reason}`
    default:
      return `${event._tag}${answers}`
  }
}
