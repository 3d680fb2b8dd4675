import type { EffectOf, Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { isNone, none, some } from 'fp-ts/lib/Option.js'
import { permanent, transient, unknown } from '../failure.js'
import { readHead } from '../query/branch.js'
import { updateBranch } from '../query/landing.js'
import { placeOf, type GithubInterpreterOptions } from './context.js'
import { broken, hindrance, landed, readViews, refused, type Outcome } from './landing.js'
import { postStatus } from './status.js'
import { objectionTo } from './verify.js'

type Ticket = EffectOf<'LandBranch'>['ticket']

/** GitHub asks for the required checks on the very commit that is pushed; ours passed on it. */
const vouch = (
  options: GithubInterpreterOptions,
  ticket: Ticket,
  commit: Sha,
): Promise<E.Either<Failure, unknown>> => {
  const [first] = ticket.members
  return postStatus(options, {
    sha: commit,
    context: options.statusContext(),
    state: 'success',
    description: `Passed on ${ticket.base.slice(0, 12)} as batch ${ticket.batchId}.`,
    pr: first === undefined ? none : some(first.pr),
  })
}

/** Did an earlier attempt land it, and did somebody build on it since? */
const landedBefore = async (
  options: GithubInterpreterOptions,
  ticket: Ticket,
  commit: Sha,
  head: Sha,
): Promise<E.Either<Failure, boolean>> => {
  if (head === commit) return E.right(true)
  if (head === ticket.base) return E.right(false)
  return options.mirror.isAncestor(commit, head, { branches: [placeOf(options).branch] })
}

/** The move was refused, or its answer was lost: only the head tells what happened. */
const lookAfter = async (
  options: GithubInterpreterOptions,
  ticket: Ticket,
  commit: Sha,
  failure: Failure,
): Promise<Outcome> => {
  const head = await readHead(options.client, placeOf(options))
  if (E.isLeft(head))
    return broken(
      failure.kind === 'unknown'
        ? failure
        : transient('HeadUnknown', `The landing was refused (${failure.text}), and the head can't be read.`),
    )
  const done = await landedBefore(options, ticket, commit, head.right)
  if (E.isLeft(done)) return broken(unknown(done.left.code, done.left.text))
  if (done.right) return landed(commit)
  if (head.right !== ticket.base)
    return refused(
      'HeadMoved',
      `${placeOf(options).branch} is at ${head.right}; the test ran on ${ticket.base}.`,
    )
  return failure.kind === 'permanent' ? refused('Refused', failure.text) : broken(failure)
}

/**
 * Moves the branch from the tested base to the tested commit by compare-and-swap. Looks first, so that a repeat finds
 * what an earlier attempt did.
 */
export const fastForward = async (options: GithubInterpreterOptions, ticket: Ticket): Promise<Outcome> => {
  if (isNone(ticket.commit)) return broken(permanent('CommitUnknown', 'The ticket names no tested commit.'))
  const commit = ticket.commit.value
  const views = await readViews(options, ticket)
  if (E.isLeft(views)) return broken(views.left)
  const last = views.right[views.right.length - 1]
  if (last === undefined) return broken(permanent('NothingToLand', 'The ticket names no pull request.'))
  const done = await landedBefore(options, ticket, commit, last.head)
  if (E.isLeft(done)) return broken(done.left)
  if (done.right) return landed(commit)
  const obstacle = hindrance(options, ticket, views.right)
  if (obstacle !== undefined) return obstacle
  const objection = await objectionTo(options, ticket)
  if (E.isLeft(objection)) return broken(objection.left)
  if (objection.right !== undefined) return refused('Refused', objection.right)
  const vouched = await vouch(options, ticket, commit)
  // A status is posted as often as needed, so a lost answer is no reason for doubt about the landing.
  if (E.isLeft(vouched)) return broken(stillNothing(vouched.left))
  const { branch } = placeOf(options)
  const moved = await updateBranch(options.client, last.repositoryId, branch, ticket.base, commit)
  return E.isRight(moved) ? landed(commit) : lookAfter(options, ticket, commit, moved.left)
}

const stillNothing = (failure: Failure): Failure =>
  failure.kind === 'unknown' ? transient(failure.code, failure.text) : failure
