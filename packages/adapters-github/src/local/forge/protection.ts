import { one, run, all } from '../store/database.js'
import type { CheckRunRow, PullRow, RepoRow, ReviewRow, StatusRow, UserRow } from '../store/rows.js'
import { appSlug } from '../json/user.js'
import type { World } from '../world.js'
import { latestCheckRuns, latestStatuses } from './checks.js'

/** The rules of a protected branch, as far as this server keeps them. Logins and slugs, any case. */
export type Protection = {
  readonly checks: {
    readonly strict: boolean
    /** `appId` null: any reporter will do. */
    readonly required: ReadonlyArray<{ readonly context: string; readonly appId: number | null }>
  } | null
  readonly reviews: {
    readonly count: number
    readonly dismissStale: boolean
    readonly bypassUsers: ReadonlyArray<string>
    readonly bypassApps: ReadonlyArray<string>
  } | null
  readonly enforceAdmins: boolean
  readonly restrictions: {
    readonly users: ReadonlyArray<string>
    readonly apps: ReadonlyArray<string>
  } | null
  readonly linearHistory: boolean
  readonly allowForcePushes: boolean
  readonly allowDeletions: boolean
}

/** The rules of a branch, or null when it is not protected. */
export const protectionOf = (world: World, repo: Pick<RepoRow, 'id'>, branch: string): Protection | null => {
  const sql = 'SELECT rules FROM protections WHERE repo_id = ? AND branch = ?'
  const found = one<{ rules: string }>(world.db, sql, repo.id, branch)
  return found === undefined ? null : (JSON.parse(found.rules) as Protection)
}

/** Sets (or with null removes) the rules of a branch. */
export const protect = (world: World, repo: RepoRow, branch: string, rules: Protection | null): void => {
  if (rules === null)
    run(world.db, 'DELETE FROM protections WHERE repo_id = ? AND branch = ?', repo.id, branch)
  else
    run(
      world.db,
      `INSERT INTO protections (repo_id, branch, rules) VALUES (?, ?, ?)
       ON CONFLICT (repo_id, branch) DO UPDATE SET rules = excluded.rules`,
      ...[repo.id, branch, JSON.stringify(rules)],
    )
}

const named = (user: UserRow, users: ReadonlyArray<string>, apps: ReadonlyArray<string>): boolean => {
  const has = (list: ReadonlyArray<string>, name: string) =>
    list.some((l) => l.toLowerCase() === name.toLowerCase())
  return has(users, user.login) || (user.type === 'Bot' && has(apps, appSlug(user)))
}

/** The owner of a repository is its administrator; the service's bot is not. */
const isAdmin = (repo: RepoRow, user: UserRow): boolean =>
  user.login.toLowerCase() === repo.owner.toLowerCase()

/** Do the rules not apply to this user at all? */
export const isExempt = (repo: RepoRow, rules: Protection, user: UserRow): boolean =>
  !rules.enforceAdmins && isAdmin(repo, user)

/** May this user go past the pull request requirement? */
export const bypassesReviews = (rules: Protection, user: UserRow): boolean =>
  rules.reviews === null || named(user, rules.reviews.bypassUsers, rules.reviews.bypassApps)

/** May this user push to the branch as far as `restrictions` go? */
export const mayPush = (repo: RepoRow, rules: Protection, user: UserRow): boolean =>
  rules.restrictions === null ||
  isAdmin(repo, user) ||
  named(user, rules.restrictions.users, rules.restrictions.apps)

type CheckState = 'success' | 'pending' | 'failing' | 'expected'

const runState = (check: CheckRunRow): CheckState => {
  if (check.status !== 'completed') return 'pending'
  return ['success', 'neutral', 'skipped'].includes(check.conclusion ?? '') ? 'success' : 'failing'
}

const statusState = (status: StatusRow): CheckState =>
  status.state === 'success' ? 'success' : status.state === 'pending' ? 'pending' : 'failing'

const stateOf = (
  required: { readonly context: string; readonly appId: number | null },
  statuses: ReadonlyArray<StatusRow>,
  runs: ReadonlyArray<CheckRunRow>,
): CheckState => {
  const by = (id: number) => required.appId === null || required.appId === id
  const states = [
    ...statuses.filter((s) => s.context === required.context && by(s.creator_id)).map(statusState),
    ...runs.filter((r) => r.name === required.context && by(r.app_id)).map(runState),
  ]
  // A status and a check of the same name must both be good.
  const worst = (['failing', 'pending', 'success'] as const).find((state) => states.includes(state))
  return worst ?? 'expected'
}

/** GitHub's sentence for required checks that a commit lacks, or null when it lacks none. */
export const missingChecks = (world: World, repo: RepoRow, rules: Protection, sha: string): string | null => {
  const required = rules.checks?.required ?? []
  const statuses = latestStatuses(world, repo, sha)
  const runs = latestCheckRuns(world, repo, sha)
  const open = required
    .map((r) => ({ context: r.context, state: stateOf(r, statuses, runs) }))
    .filter((c) => c.state !== 'success')
  const [first] = open
  if (first === undefined) return null
  if (open.length === 1) return `Required status check "${first.context}" is ${first.state}.`
  const counts = (['expected', 'pending', 'failing'] as const)
    .map((state) => ({ state, n: open.filter((c) => c.state === state).length }))
    .filter(({ n }) => n > 0)
  const of = `${open.length} of ${required.length} required status checks`
  const [only] = counts
  if (counts.length === 1 && only !== undefined) return `${of} are ${only.state}.`
  return `${of} have not succeeded: ${counts.map(({ state, n }) => `${n} ${state}`).join(' and ')}.`
}

/** The latest opinion of each reviewer: comments do not count, a dismissed review is no opinion. */
export const opinions = (world: World, pull: Pick<PullRow, 'id'>): ReadonlyArray<ReviewRow> => {
  const reviews = all<ReviewRow>(world.db, 'SELECT * FROM reviews WHERE pull_id = ? ORDER BY id', pull.id)
  const opinionated = reviews.filter((r) => r.state !== 'COMMENTED')
  return [...new Map(opinionated.map((r) => [r.author_id, r])).values()]
}

/** GitHub's `reviewDecision`: null unless the base branch requires approving reviews. */
export const reviewDecision = (
  world: World,
  pull: Pick<PullRow, 'id' | 'repo_id' | 'base_ref'>,
): 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null => {
  const rules = protectionOf(world, { id: pull.repo_id }, pull.base_ref)
  if (rules === null || rules.reviews === null || rules.reviews.count === 0) return null
  const latest = opinions(world, pull)
  if (latest.some((r) => r.state === 'CHANGES_REQUESTED')) return 'CHANGES_REQUESTED'
  const approvals = latest.filter((r) => r.state === 'APPROVED').length
  return approvals >= rules.reviews.count ? 'APPROVED' : 'REVIEW_REQUIRED'
}

/** GitHub's sentence for reviews a pull request lacks, or null. */
export const missingReviews = (world: World, pull: PullRow, rules: Protection): string | null => {
  const decision = reviewDecision(world, pull)
  if (decision === null || decision === 'APPROVED') return null
  if (decision === 'REVIEW_REQUIRED') {
    const n = rules.reviews?.count ?? 1
    const few = n === 1 ? 'approving review is' : 'approving reviews are'
    return `At least ${n} ${few} required by reviewers with write access.`
  }
  const against = opinions(world, pull).filter((r) => r.state === 'CHANGES_REQUESTED').length
  return `${against} review${against === 1 ? '' : 's'} requesting changes by reviewers with write access.`
}
