import { nodeId } from '../nodeId.js'
import { count, ensureUser, labelsOf, repoById, userById } from '../store/lookups.js'
import type { CommentRow, LabelRow, PullRow, RepoRow, ReviewRow } from '../store/rows.js'
import { iso, isoOrNull } from '../time.js'
import type { World } from '../world.js'
import { repoJson, repoUrl } from './repository.js'
import { userJson } from './user.js'

/** What git says of a pull request's size. */
export type PullSize = {
  readonly commits: number
  readonly additions: number
  readonly deletions: number
  readonly changed_files: number
}

/** Whether it can be merged, in REST terms; null and `unknown` in webhooks, as at GitHub. */
export type Mergeability = { readonly mergeable: boolean | null; readonly mergeable_state: string }
const UNKNOWN: Mergeability = { mergeable: null, mergeable_state: 'unknown' }

/** A label as REST shows it. */
export const labelJson = (world: World, repo: RepoRow, label: LabelRow) => ({
  id: label.id,
  node_id: nodeId('Label', label.id),
  url: `${repoUrl(world, repo)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
})

const association = (repo: RepoRow, login: string): string =>
  login.toLowerCase() === repo.owner.toLowerCase() ? 'OWNER' : 'CONTRIBUTOR'

const side = (world: World, repo: RepoRow, ref: string, sha: string) => ({
  label: `${repo.owner}:${ref}`,
  ref,
  sha,
  user: userJson(world, ensureUser(world, repo.owner)),
  repo: repoJson(world, repo),
})

const pullLinks = (url: string, issue: string, html: string, statuses: string) => ({
  self: { href: url },
  html: { href: html },
  issue: { href: issue },
  comments: { href: `${issue}/comments` },
  review_comments: { href: `${url}/comments` },
  review_comment: { href: `${url.replace(/\d+$/, 'comments{/number}')}` },
  commits: { href: `${url}/commits` },
  statuses: { href: statuses },
})

/** A pull request as the REST API lists it. */
export const pullListJson = (world: World, pull: PullRow) => {
  const repo = repoById(world.db, pull.repo_id)
  const url = `${repoUrl(world, repo)}/pulls/${pull.number}`
  const issue = `${repoUrl(world, repo)}/issues/${pull.number}`
  const html = `${world.url()}/${repo.owner}/${repo.name}/pull/${pull.number}`
  const statuses = `${repoUrl(world, repo)}/statuses/${pull.head_sha}`
  const author = userById(world.db, pull.author_id)
  return {
    url,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.state === 'OPEN' ? 'open' : 'closed',
    locked: false,
    title: pull.title,
    user: userJson(world, author),
    body: pull.body,
    created_at: iso(pull.created_at),
    updated_at: iso(pull.updated_at),
    closed_at: isoOrNull(pull.closed_at),
    merged_at: isoOrNull(pull.merged_at),
    merge_commit_sha: pull.merge_sha,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: labelsOf(world.db, pull).map((label) => labelJson(world, repo, label)),
    milestone: null,
    draft: pull.draft === 1,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repoUrl(world, repo)}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: side(world, repoById(world.db, pull.head_repo_id), pull.head_ref, pull.head_sha),
    base: side(world, repo, pull.base_ref, pull.base_sha),
    _links: pullLinks(url, issue, html, statuses),
    author_association: association(repo, author.login),
    auto_merge: null,
    active_lock_reason: null,
  }
}

/** A pull request as REST shows a single one and webhooks carry it. */
export const pullJson = (world: World, pull: PullRow, size: PullSize, can: Mergeability = UNKNOWN) => ({
  ...pullListJson(world, pull),
  merged: pull.state === 'MERGED',
  mergeable: can.mergeable,
  rebaseable: can.mergeable,
  mergeable_state: can.mergeable_state,
  merged_by: pull.merged_by === null ? null : userJson(world, userById(world.db, pull.merged_by)),
  comments: count(world.db, 'SELECT count(*) AS n FROM comments WHERE pull_id = ?', pull.id),
  review_comments: 0,
  maintainer_can_modify: false,
  ...size,
})

/** A review; `state` in upper case as the REST API has it. */
export const reviewJson = (world: World, pull: PullRow, review: ReviewRow) => {
  const repo = repoById(world.db, pull.repo_id)
  const author = userById(world.db, review.author_id)
  const html = `${world.url()}/${repo.owner}/${repo.name}/pull/${pull.number}#pullrequestreview-${review.id}`
  const url = `${repoUrl(world, repo)}/pulls/${pull.number}`
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: userJson(world, author),
    body: review.body,
    state: review.state as string,
    html_url: html,
    pull_request_url: url,
    author_association: association(repo, author.login),
    _links: { html: { href: html }, pull_request: { href: url } },
    submitted_at: iso(review.submitted_at),
    commit_id: review.commit_sha,
  }
}

/** Nobody reacts to anything here. */
const reactionsJson = (of: string) => {
  const none = {
    total_count: 0,
    '+1': 0,
    '-1': 0,
    laugh: 0,
    confused: 0,
    heart: 0,
    hooray: 0,
    eyes: 0,
    rocket: 0,
  }
  return { url: `${of}/reactions`, ...none }
}

/** A comment on the conversation of a pull request. */
export const commentJson = (world: World, pull: PullRow, comment: CommentRow) => {
  const repo = repoById(world.db, pull.repo_id)
  const author = userById(world.db, comment.author_id)
  const issue = `${repoUrl(world, repo)}/issues`
  return {
    url: `${issue}/comments/${comment.id}`,
    html_url: `${world.url()}/${repo.owner}/${repo.name}/pull/${pull.number}#issuecomment-${comment.id}`,
    issue_url: `${issue}/${pull.number}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: userJson(world, author),
    created_at: iso(comment.created_at),
    updated_at: iso(comment.updated_at),
    author_association: association(repo, author.login),
    body: comment.body,
    reactions: reactionsJson(`${issue}/comments/${comment.id}`),
    performed_via_github_app: null,
  }
}

/** The issue side of a pull request, as `issue_comment` webhooks carry it. */
export const issueJson = (world: World, pull: PullRow) => {
  const p = pullListJson(world, pull)
  const repo = repoById(world.db, pull.repo_id)
  return {
    url: p.issue_url,
    repository_url: repoUrl(world, repo),
    labels_url: `${p.issue_url}/labels{/name}`,
    comments_url: p.comments_url,
    events_url: `${p.issue_url}/events`,
    html_url: p.html_url,
    id: pull.id,
    node_id: p.node_id,
    number: pull.number,
    title: pull.title,
    user: p.user,
    labels: p.labels,
    state: p.state,
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: count(world.db, 'SELECT count(*) AS n FROM comments WHERE pull_id = ?', pull.id),
    created_at: p.created_at,
    updated_at: p.updated_at,
    closed_at: p.closed_at,
    author_association: p.author_association,
    active_lock_reason: null,
    draft: p.draft,
    pull_request: {
      url: p.url,
      html_url: p.html_url,
      diff_url: p.diff_url,
      patch_url: p.patch_url,
      merged_at: p.merged_at,
    },
    body: pull.body,
    reactions: reactionsJson(p.issue_url),
    performed_via_github_app: null,
    state_reason: null,
  }
}
