/** Opening pull requests at the local GitHub, with labels and approvals. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { ask, type Forge, type ForgeRefusal } from './forge.js'

/** A pull request to be opened. */
export interface PullRequestWish {
  readonly title: string
  readonly author: string
  /** `branch`, or `owner:branch` of a fork. */
  readonly head: string
  readonly labels?: ReadonlyArray<string>
  /** Who approves it; nobody when absent. */
  readonly approvedBy?: string
}

const Opened = t.type({ number: t.number, head: t.type({ sha: t.string }) })

/** Opens it, then labels and approves it. Gives its number. */
export const openPullRequest = async (
  forge: Forge,
  repository: string,
  base: string,
  wish: PullRequestWish,
): Promise<E.Either<ForgeRefusal, number>> => {
  const root = `/repos/${repository}`
  const opened = await ask(forge, {
    as: wish.author,
    method: 'POST',
    path: `${root}/pulls`,
    body: { title: wish.title, head: wish.head, base },
    answer: Opened,
  })
  if (E.isLeft(opened)) return opened
  const { number, head } = opened.right
  if (wish.labels !== undefined) {
    const path = `${root}/issues/${number}/labels`
    const labelled = await ask(forge, {
      as: wish.author,
      method: 'POST',
      path,
      body: { labels: wish.labels },
      answer: t.unknown,
    })
    if (E.isLeft(labelled)) return labelled
  }
  if (wish.approvedBy !== undefined) {
    const path = `${root}/pulls/${number}/reviews`
    const body = { event: 'APPROVE', commit_id: head.sha }
    const approved = await ask(forge, { as: wish.approvedBy, method: 'POST', path, body, answer: t.unknown })
    if (E.isLeft(approved)) return approved
  }
  return E.right(number)
}

/** One approval is required, and our own status; the service's app may push what it tested. */
export const protectBranch = (
  forge: Forge,
  repository: string,
  branch: string,
  statusContext: string,
): Promise<E.Either<ForgeRefusal, unknown>> =>
  ask(forge, {
    as: repository.split('/')[0] ?? '',
    method: 'PUT',
    path: `/repos/${repository}/branches/${encodeURIComponent(branch)}/protection`,
    body: {
      required_status_checks: { strict: false, contexts: [statusContext] },
      enforce_admins: true,
      required_pull_request_reviews: {
        required_approving_review_count: 1,
        bypass_pull_request_allowances: { apps: ['headgate'] },
      },
      restrictions: null,
    },
    answer: t.unknown,
  })
