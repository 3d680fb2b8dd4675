/** How the small parts of a situation are written. */
import { isSome, type Option } from 'fp-ts/lib/Option.js'
import * as S from 'fp-ts/lib/string.js'
import type { Effect, LandingTicket, Member, PullRequestSnapshot, RunEvidence, Sha } from '../../index.js'
import { batchOfId, type World, type WorldBatch } from '../world/world.js'
import type { Writer } from './writer.js'

export const option = <A>(w: Writer, value: Option<A>, write: (a: A) => void): void => {
  w.flag(isSome(value))
  if (isSome(value)) write(value.value)
}

/**
 * A batch by its owner and how many that it is compared with came before: what the Batch service's counter means to decisions,
 * which compare only batches that test one of the same pull requests, or deploys, with each other.
 */
export const batch = (w: Writer, world: World, id: number): void => {
  const found = batchOfId(world, id)
  w.word(found === undefined ? 'none' : found.owner)
  w.put(found === undefined ? id : found.rank)
}

export const members = (w: Writer, list: ReadonlyArray<Member>): void => {
  w.put(list.length)
  list.forEach((member) => {
    w.put(member.pr)
    w.name(member.source)
  })
}

export const names = (w: Writer, list: ReadonlyArray<string>): void => {
  w.put(list.length)
  list.forEach(w.name)
}

export const evidence = (w: Writer, world: World, e: RunEvidence): void => {
  w.name(e.run)
  w.name(e.base)
  members(w, e.members)
  names(w, e.chain)
  option(w, e.commit, w.name)
  option(w, e.tree, w.name)
  batch(w, world, e.batchId)
}

export const ticket = (w: Writer, world: World, t: LandingTicket): void => {
  w.name(t.base)
  option(w, t.commit, w.name)
  option(w, t.tree, w.name)
  members(w, t.members)
  w.name(t.run)
  batch(w, world, t.batchId)
}

/** What can differ between two reads of one pull request of this world. */
export const snapshot = (w: Writer, s: PullRequestSnapshot): void => {
  w.put(s.number)
  w.name(s.source)
  w.put(s.labels.length)
  w.word(s.reviewDecision)
  w.put(s.approvedShas.length)
  s.approvedShas.forEach((sha: Sha) => w.name(sha))
  s.checks.forEach((check) => {
    w.word(check.name)
    option(w, check.state, (state) => w.word(state))
  })
}

/** What an order is about: its kind and the fields that its execution reads. Texts for people are left out. */
export const effect = (w: Writer, world: World, e: Effect): void => {
  w.word(e._tag)
  switch (e._tag) {
    case 'ReadBranch':
    case 'ReadHead':
    case 'ReadBatches':
      return
    case 'ReadPullRequest':
      return w.put(e.pr)
    case 'PrepareCommit':
      w.name(e.run)
      w.name(e.base)
      return members(w, e.members)
    case 'DeletePreparedCommit':
      return w.name(e.run)
    case 'SubmitTestBatch':
      w.name(e.run)
      w.name(e.base)
      w.name(e.commit)
      option(w, e.tree, w.name)
      return members(w, e.members)
    case 'ReadBatch':
    case 'CancelBatch':
      return batch(w, world, e.batchId)
    case 'PostStatus':
      w.name(e.sha)
      return w.word(e.state)
    case 'LandBranch':
      return ticket(w, world, e.ticket)
    case 'InspectCommit':
      return w.name(e.commit)
    case 'ClosePullRequest':
      w.put(e.pr)
      return w.name(e.landed)
    case 'SubmitDeployBatch':
      w.name(e.run)
      return w.name(e.sha)
    case 'AnnounceDeployFailure':
      return w.name(e.sha)
  }
}

/** The order in which two pull requests' batches were submitted tells nothing. */
export const byOwner = (batches: ReadonlyArray<WorldBatch>): ReadonlyArray<WorldBatch> =>
  batches.length < 2
    ? batches
    : [...batches].sort((a, b) => S.Ord.compare(a.owner, b.owner) || a.rank - b.rank)
