import type { EffectOf, Failure, MergeMethod, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { permanent, transient, unknown } from '../failure.js'
import { mergePullRequest, readLanding, type LandingView } from '../query/landing.js'
import { placeOf, type GithubInterpreterOptions } from './context.js'
import { broken, hindrance, landed, refused, type Outcome } from './landing.js'
import { objectionTo } from './verify.js'

type Ticket = EffectOf<'LandBranch'>['ticket']

const METHODS = { merge: 'MERGE', squash: 'SQUASH', rebase: 'REBASE' } as const satisfies Record<
  MergeMethod,
  string
>

/** What a merged pull request became on this branch; none while it is not merged. */
const alreadyMerged = (
  options: GithubInterpreterOptions,
  { pr, pullRequest }: LandingView,
): Outcome | undefined => {
  if (pullRequest.state !== 'MERGED') return undefined
  const { branch } = placeOf(options)
  if (pullRequest.baseRefName !== branch)
    return refused('Refused', `#${pr} was merged into ${pullRequest.baseRefName}.`)
  return pullRequest.mergeCommit
    ? landed(pullRequest.mergeCommit.oid)
    : broken(unknown('MergeCommitUnknown', `#${pr} is merged; GitHub does not say yet into which commit.`))
}

/** The merge was refused, or its answer was lost: the pull request and the head tell which. */
const lookAfter = async (
  options: GithubInterpreterOptions,
  ticket: Ticket,
  before: LandingView,
  failure: Failure,
): Promise<Outcome> => {
  const view = await readLanding(options.client, placeOf(options), before.pr)
  if (E.isLeft(view))
    return broken(
      failure.kind === 'unknown'
        ? failure
        : transient(
            'OutcomeUnknown',
            `The merge was refused (${failure.text}), and #${before.pr} can't be read.`,
          ),
    )
  const seen = alreadyMerged(options, view.right) ?? hindrance(options, ticket, [view.right])
  if (seen !== undefined) return seen
  if (failure.kind !== 'permanent') return broken(failure)
  if (/head branch was modified/i.test(failure.text)) return refused('SourceMoved', failure.text)
  // GitHub says so while it still digests an earlier push, also when nothing moved.
  if (/base branch was modified/i.test(failure.text)) return broken(transient('ForgeBusy', failure.text))
  return refused('Refused', failure.text)
}

const press = async (
  options: GithubInterpreterOptions,
  ticket: Ticket,
  view: LandingView,
  source: Sha,
): Promise<Outcome> => {
  const merged = await mergePullRequest(options.client, {
    pullRequestId: view.pullRequest.id,
    expectedHeadOid: source,
    mergeMethod: METHODS[ticket.method],
    commitHeadline: ticket.method === 'squash' ? `${ticket.title} (#${view.pr})` : null,
  })
  if (E.isLeft(merged)) return lookAfter(options, ticket, view, merged.left)
  if (merged.right !== undefined) return landed(merged.right)
  const lagging = unknown(
    'MergeCommitUnknown',
    `#${view.pr} was merged; GitHub does not say yet into which commit.`,
  )
  return lookAfter(options, ticket, view, lagging)
}

/**
 * Has the forge merge the pull request, guarded by its source. The base can't be guarded in the same call: it is
 * compared right before, and what came out is for the core to verify.
 */
export const forgeMerge = async (options: GithubInterpreterOptions, ticket: Ticket): Promise<Outcome> => {
  const [member, another] = ticket.members
  if (member === undefined || another !== undefined)
    return broken(permanent('OneAtATime', "The forge's merge lands exactly one pull request at a time."))
  const view = await readLanding(options.client, placeOf(options), member.pr)
  if (E.isLeft(view)) return broken(view.left)
  const obstacle = alreadyMerged(options, view.right) ?? hindrance(options, ticket, [view.right])
  if (obstacle !== undefined) return obstacle
  const objection = await objectionTo(options, ticket)
  if (E.isLeft(objection)) return broken(objection.left)
  if (objection.right !== undefined) return refused('Refused', objection.right)
  return press(options, ticket, view.right, member.source)
}
