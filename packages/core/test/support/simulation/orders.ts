/** What orders are called in traces. A name speaks of what an order is about, so it stays right when other lines change. */
import type { Effect } from '@headgate/core'
import type { Kind } from './phrases.js'

/** Every name that `orderName` gives, as a regular expression. */
export const orderPattern = [
  'the branch read',
  'the head read',
  'the read of #\\d+',
  'the read of batch \\d+',
  'the batch listing',
  'the preparation of #\\d+(?: on(?: #\\d+)+)?',
  'the test of #\\d+(?: on(?: #\\d+)+)?',
  'the test of the head',
  'the cancel of batch \\d+',
  'the status of \\S+',
  'the landing of #\\d+(?: on(?: #\\d+)+)?',
  'the inspection',
  'the closing of #\\d+',
  'the deploy',
  'the announcement',
  'the clean-up of #\\d+',
].join('|')

/** `owners`: the pull request that each run tests, as its `PrepareCommit` said. */
export const orderName = (owners: ReadonlyMap<string, number>, effect: Effect): string => {
  const members = (list: ReadonlyArray<{ readonly pr: number }>): string => {
    const [last, ...others] = list.map(({ pr }) => `#${pr}`).reverse()
    if (last === undefined) return 'the head'
    return others.length === 0 ? last : `${last} on ${others.reverse().join(' ')}`
  }
  switch (effect._tag) {
    case 'ReadBranch':
      return 'the branch read'
    case 'ReadHead':
      return 'the head read'
    case 'ReadPullRequest':
      return `the read of #${effect.pr}`
    case 'ReadBatch':
      return `the read of batch ${effect.batchId}`
    case 'ReadBatches':
      return 'the batch listing'
    case 'PrepareCommit':
      return `the preparation of ${members(effect.members)}`
    case 'SubmitTestBatch':
      return `the test of ${members(effect.members)}`
    case 'CancelBatch':
      return `the cancel of batch ${effect.batchId}`
    case 'PostStatus':
      return `the status of ${effect.sha}`
    case 'LandBranch':
      return `the landing of ${members(effect.ticket.members)}`
    case 'InspectCommit':
      return 'the inspection'
    case 'ClosePullRequest':
      return `the closing of #${effect.pr}`
    case 'SubmitDeployBatch':
      return 'the deploy'
    case 'AnnounceDeployFailure':
      return 'the announcement'
    case 'DeletePreparedCommit':
      return `the clean-up of #${owners.get(effect.run) ?? 0}`
  }
}

export const kindOf = (effect: Effect): Kind => {
  switch (effect._tag) {
    case 'ReadBranch':
    case 'ReadHead':
    case 'ReadPullRequest':
    case 'ReadBatch':
    case 'ReadBatches':
      return 'read'
    case 'PrepareCommit':
      return 'preparation'
    case 'SubmitTestBatch':
      return 'test'
    case 'CancelBatch':
      return 'cancel'
    case 'PostStatus':
      return 'status'
    case 'LandBranch':
      return 'landing'
    case 'InspectCommit':
      return 'inspection'
    case 'ClosePullRequest':
      return 'closing'
    case 'SubmitDeployBatch':
      return 'deploy'
    case 'AnnounceDeployFailure':
      return 'announcement'
    case 'DeletePreparedCommit':
      return 'clean-up'
  }
}
