import { prNumber } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { ObjectId } from '../objectId.js'
import { placeOf } from '../place.js'
import type { Hook } from './hook.js'

/** Why a delivery could not be read. */
export interface DecodeFailure {
  readonly code: 'EventNameMissing' | 'PayloadUnexpected'
  readonly sentence: string
  /** The field, as a path. */
  readonly place: string
  readonly remedy: string
}

type Reader = (payload: unknown, event: string) => E.Either<DecodeFailure, Hook>

const FullName = t.refinement(t.string, (s) => /^[^/\s]+\/[^/\s]+$/.test(s), 'owner/name')
const Repository = t.type({ full_name: FullName })
const Count = t.refinement(t.number, (n) => Number.isSafeInteger(n) && n > 0, 'PullRequestNumber')
const Subject = t.type({
  action: t.string,
  repository: Repository,
  pull_request: t.type({ number: Count, base: t.type({ ref: t.string }) }),
})
const User = t.intersection([t.type({ login: t.string }), t.partial({ type: t.string })])
const HeadSha = t.type({ head_sha: ObjectId })
const Retarget = t.type({ changes: t.type({ base: t.type({ ref: t.type({ from: t.string }) }) }) })

/** Decodes with `codec`, then makes the hook of it; a misfit is a failure that names its field. */
const reader =
  <A>(codec: t.Type<A, unknown>, make: (payload: A, event: string) => Hook): Reader =>
  (payload, event) =>
    pipe(
      codec.decode(payload),
      E.bimap(
        (errors): DecodeFailure => ({
          code: 'PayloadUnexpected',
          sentence: `The "${event}" delivery does not look like GitHub's.`,
          place: placeOf(errors),
          remedy:
            "Look at the delivery under the repository's webhook settings; if GitHub sent it, report it.",
        }),
        (payload) => make(payload, event),
      ),
    )

const subject = (p: t.TypeOf<typeof Subject>) => ({
  repository: p.repository.full_name,
  action: p.action,
  number: prNumber(p.pull_request.number),
  base: p.pull_request.base.ref,
})

const ignored = (event: string, reason: string): Hook => ({ _tag: 'Ignored', event, reason })

const pullRequest = reader(Subject, (p) => ({
  _tag: 'PullRequest',
  ...subject(p),
  formerBase: pipe(
    Retarget.decode(p),
    O.fromEither,
    O.map((retarget) => retarget.changes.base.ref.from),
  ),
}))

const push = reader(t.type({ ref: t.string, repository: Repository }), (p, event) =>
  p.ref.startsWith('refs/heads/')
    ? { _tag: 'Push', repository: p.repository.full_name, branch: p.ref.slice('refs/heads/'.length) }
    : ignored(event, `${p.ref} is not a branch.`),
)

const rulesChanged = reader(t.partial({ repository: Repository }), (p, event) =>
  p.repository === undefined
    ? ignored(event, 'It names no repository; the regular poll reads the rules afresh.')
    : { _tag: 'RulesChanged', repository: p.repository.full_name },
)

/** What can happen to a repository that changes what may land on its branches. */
const TELLING = new Set([
  'archived',
  'unarchived',
  'edited',
  'renamed',
  'transferred',
  'publicized',
  'privatized',
])

/** Events that a reader of GitHub's list would expect to matter, and why they do not. */
const REASONS: Readonly<Record<string, string>> = {
  merge_group: "GitHub's own merge queue is not used; the preflight says when it is on.",
  installation: 'Permissions and installations are read when a token is made, and by the preflight.',
  installation_repositories: 'Whether a repository can be reached is seen when it is read.',
  pull_request_review_comment: 'A comment on a line decides nothing; the review it belongs to does.',
  pull_request_review_thread: 'Unresolved threads are for GitHub to refuse; then the landing is held.',
  workflow_run: 'What a workflow found arrives as its check runs.',
  workflow_job: 'What a job found arrives as its check run.',
  create: 'A new branch of note arrives as a push.',
  delete: 'A deleted branch of note arrives as a push.',
}

const Comment = t.type({
  action: t.string,
  repository: Repository,
  issue: t.intersection([t.type({ number: Count }), t.partial({ pull_request: t.unknown, state: t.string })]),
  comment: t.type({ id: Count, body: t.union([t.string, t.null]), user: t.union([User, t.null]) }),
})

const commented = reader(Comment, ({ action, repository, issue, comment }, event) => {
  if (action !== 'created')
    return ignored(event, `Only a new comment may hold a command, not one that was ${action}.`)
  if (issue.pull_request === undefined) return ignored(event, 'It is about an issue, not a pull request.')
  if (comment.user === null || comment.user.type === 'Bot')
    return ignored(event, 'What a bot, or nobody, has said holds no command.')
  return {
    _tag: 'Commented',
    repository: repository.full_name,
    number: prNumber(issue.number),
    comment: comment.id,
    author: comment.user.login,
    body: comment.body ?? '',
  }
})

const readers: Readonly<Record<string, Reader>> = {
  pull_request: pullRequest,
  pull_request_review: reader(Subject, (p) => ({ _tag: 'PullRequestReview', ...subject(p) })),
  push,
  issue_comment: commented,
  status: reader(
    t.type({ repository: Repository, sha: ObjectId, context: t.string, state: t.string }),
    (p) => ({
      _tag: 'Status',
      repository: p.repository.full_name,
      sha: p.sha,
      context: p.context,
      state: p.state,
    }),
  ),
  check_run: reader(t.type({ action: t.string, repository: Repository, check_run: HeadSha }), (p) => ({
    _tag: 'CheckRun',
    repository: p.repository.full_name,
    action: p.action,
    sha: p.check_run.head_sha,
  })),
  check_suite: reader(t.type({ action: t.string, repository: Repository, check_suite: HeadSha }), (p) => ({
    _tag: 'CheckSuite',
    repository: p.repository.full_name,
    action: p.action,
    sha: p.check_suite.head_sha,
  })),
  branch_protection_rule: rulesChanged,
  repository_ruleset: rulesChanged,
  repository: reader(t.type({ action: t.string, repository: Repository }), (p, event) =>
    TELLING.has(p.action)
      ? { _tag: 'RulesChanged', repository: p.repository.full_name }
      : ignored(event, `A repository that was ${p.action} has the same branches and rules as before.`),
  ),
  ping: reader(t.partial({ zen: t.string }), (p) => ({ _tag: 'Ping', zen: p.zen ?? '' })),
}

const reasonFor = (event: string): string =>
  (Object.hasOwn(REASONS, event) ? REASONS[event] : undefined) ??
  `A "${event}" event says nothing about tests, merges or deploys.`

/**
 * Reads one delivery. `event` is GitHub's `X-GitHub-Event` header, `payload` the parsed JSON. Only the fields that are
 * used are required, so payloads of older and newer GitHubs decode too. An event that says nothing about tests, merges
 * or deploys is `Ignored`, with the reason.
 */
export const decodeHook = (event: string | null, payload: unknown): E.Either<DecodeFailure, Hook> => {
  if (event === null || !/^[a-z][a-z0-9_]{0,99}$/.test(event))
    return E.left({
      code: 'EventNameMissing',
      sentence: 'The request does not name a GitHub event.',
      place: 'X-GitHub-Event',
      remedy: "Send GitHub's headers unchanged through every proxy.",
    })
  const read = Object.hasOwn(readers, event) ? readers[event] : undefined
  return read === undefined ? E.right(ignored(event, reasonFor(event))) : read(payload, event)
}
