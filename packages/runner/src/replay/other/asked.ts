/** What an order asks of the world, whoever gives it and under whatever id. */
import type { Effect, Event } from '@headgate/core'

const parts = (effect: Effect): ReadonlyArray<unknown> => {
  switch (effect._tag) {
    case 'ReadBranch':
    case 'ReadHead':
    case 'ReadBatches':
      return []
    case 'ReadPullRequest':
    case 'ClosePullRequest':
      return [effect.pr]
    case 'PrepareCommit':
      return [effect.base, effect.members, effect.method, effect.titles]
    case 'DeletePreparedCommit':
      return [effect.run]
    case 'SubmitTestBatch':
      return [effect.purpose, effect.commit, effect.base, effect.members]
    case 'ReadBatch':
    case 'CancelBatch':
      return [effect.batchId]
    case 'PostStatus':
      return [effect.sha, effect.context, effect.state]
    case 'LandBranch': {
      const { landing, method, base, commit, members } = effect.ticket
      return [landing, method, base, commit, members]
    }
    case 'InspectCommit':
      return [effect.commit]
    case 'SubmitDeployBatch':
    case 'AnnounceDeployFailure':
      return [effect.sha]
  }
}

/** Equal for two orders that the world would answer alike. */
export const askedBy = (effect: Effect): string => JSON.stringify([effect._tag, ...parts(effect)])

/** The answer to an order that can hardly go wrong and tells nothing new: it counts as done when nobody gave it. */
export const takenAsDone = (effect: Effect, at: Event['at']): Event | undefined => {
  const answer = { at, answers: effect.id }
  switch (effect._tag) {
    case 'PostStatus':
      return { _tag: 'StatusPosted', ...answer }
    case 'CancelBatch':
      return { _tag: 'BatchCancelled', ...answer }
    case 'DeletePreparedCommit':
      return { _tag: 'PreparedCommitDeleted', ...answer }
    case 'ClosePullRequest':
      return { _tag: 'PullRequestClosed', ...answer }
    case 'AnnounceDeployFailure':
      return { _tag: 'DeployFailureAnnounced', ...answer }
    default:
      return undefined
  }
}

/** Orders whose answer would show something new; that of one that nobody gave is not known. */
export const isTelling = ({ _tag }: Effect): boolean =>
  _tag === 'PrepareCommit' ||
  _tag === 'SubmitTestBatch' ||
  _tag === 'LandBranch' ||
  _tag === 'InspectCommit' ||
  _tag === 'SubmitDeployBatch'
