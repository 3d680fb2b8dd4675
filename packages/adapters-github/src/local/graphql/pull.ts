import { mergeable, mergeState } from '../forge/mergeability.js'
import { opinions, reviewDecision } from '../forge/protection.js'
import { measure, pullSize } from '../forge/size.js'
import { nodeId } from '../nodeId.js'
import { all } from '../store/database.js'
import { labelsOf, repoById, userById } from '../store/lookups.js'
import type { CommentRow, PullRow, RepoRow, ReviewRow } from '../store/rows.js'
import { iso, isoOrNull } from '../time.js'
import type { World } from '../world.js'
import { actorNode } from './actor.js'
import type { Asking, Node } from './answer.js'
import { rollupNode } from './checks.js'
import { connection, type PageArgs } from './connection.js'
import { commentNode, labelNode, reviewNode } from './conversation.js'
import { commitBySha, refNode } from './gitObjects.js'

const CHANGE = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  copied: 'COPIED',
  changed: 'CHANGED',
} as const

type ReviewArgs = PageArgs & {
  readonly states?: ReadonlyArray<string> | null
  readonly author?: string | null
}

const reviewFields = (world: World, pull: PullRow) => {
  const reviews = () =>
    all<ReviewRow>(world.db, 'SELECT * FROM reviews WHERE pull_id = ? ORDER BY id', pull.id)
  const page = (name: string, rows: ReadonlyArray<ReviewRow>, args: PageArgs) =>
    connection(
      name,
      rows,
      args,
      (r) => reviewNode(world, r),
      (r) => [r.id, 0],
    )
  const fits = (args: ReviewArgs) => (r: ReviewRow) =>
    (args.states?.includes(r.state) ?? true) &&
    (args.author === undefined ||
      args.author === null ||
      userById(world.db, r.author_id).login === args.author)
  return {
    reviewDecision: () => reviewDecision(world, pull),
    reviews: (args: ReviewArgs) => page('reviews', reviews().filter(fits(args)), args),
    latestReviews: (args: PageArgs) =>
      page('latestReviews', [...new Map(reviews().map((r) => [r.author_id, r])).values()], args),
    latestOpinionatedReviews: (args: PageArgs) =>
      page('latestOpinionatedReviews', opinions(world, pull), args),
    reviewRequests: (args: PageArgs) => connection('reviewRequests', [], args, () => null),
  }
}

const sizeFields = (world: World, pull: PullRow) => {
  const size = (field: 'additions' | 'deletions' | 'changed_files') => async () =>
    (await pullSize(world, pull))[field]
  return {
    additions: size('additions'),
    deletions: size('deletions'),
    changedFiles: size('changed_files'),
    files: async (args: PageArgs) =>
      connection('files', (await measure(world, pull)).files, args, (file) => ({
        __typename: 'PullRequestChangedFile',
        path: file.path,
        additions: file.additions,
        deletions: file.deletions,
        changeType: CHANGE[file.status],
        viewerViewedState: 'UNVIEWED',
      })),
  }
}

const commitFields = (world: World, pull: PullRow, repo: RepoRow) => ({
  commits: async (args: PageArgs) =>
    connection('commits', (await measure(world, pull)).commits, args, (sha) => ({
      __typename: 'PullRequestCommit',
      id: nodeId('Commit', `${repo.id}:${sha}`),
      commit: () => commitBySha(world, repo, sha),
      pullRequest: (_: unknown, asking: Asking) => asking.pullNode(world, pull),
      url: `${world.url()}/${repo.owner}/${repo.name}/pull/${pull.number}/commits/${sha}`,
    })),
  mergeCommit: () => (pull.merge_sha === null ? null : commitBySha(world, repo, pull.merge_sha)),
  potentialMergeCommit: null,
  statusCheckRollup: () => rollupNode(world, repo, pull.head_sha),
})

const refFields = (world: World, pull: PullRow, repo: RepoRow) => {
  const headRepo = repoById(world.db, pull.head_repo_id)
  return {
    baseRefName: pull.base_ref,
    baseRefOid: pull.base_sha,
    baseRef: () => refNode(world, repo, `refs/heads/${pull.base_ref}`),
    baseRepository: (_: unknown, asking: Asking) => asking.repositoryNode(world, repo),
    headRefName: pull.head_ref,
    headRefOid: pull.head_sha,
    headRef: () => refNode(world, headRepo, `refs/heads/${pull.head_ref}`),
    headRepository: (_: unknown, asking: Asking) => asking.repositoryNode(world, headRepo),
    headRepositoryOwner: (_: unknown, asking: Asking) => asking.repositoryNode(world, headRepo).owner,
    isCrossRepository: headRepo.id !== repo.id,
    repository: (_: unknown, asking: Asking) => asking.repositoryNode(world, repo),
  }
}

/** A pull request. What git must be asked for is asked only when a query wants it. */
export const pullNode = (world: World, pull: PullRow): Node => {
  const repo = repoById(world.db, pull.repo_id)
  const comments = () =>
    all<CommentRow>(world.db, 'SELECT * FROM comments WHERE pull_id = ? ORDER BY id', pull.id)
  return {
    __typename: 'PullRequest',
    id: nodeId('PullRequest', pull.id),
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    number: pull.number,
    title: pull.title,
    body: pull.body ?? '',
    bodyText: pull.body ?? '',
    url: `${world.url()}/${repo.owner}/${repo.name}/pull/${pull.number}`,
    resourcePath: `/${repo.owner}/${repo.name}/pull/${pull.number}`,
    permalink: `${world.url()}/${repo.owner}/${repo.name}/pull/${pull.number}`,
    state: pull.state,
    isDraft: pull.draft === 1,
    closed: pull.state !== 'OPEN',
    merged: pull.state === 'MERGED',
    locked: false,
    createdAt: iso(pull.created_at),
    updatedAt: iso(pull.updated_at),
    closedAt: isoOrNull(pull.closed_at),
    mergedAt: isoOrNull(pull.merged_at),
    mergedBy: () => (pull.merged_by === null ? null : actorNode(world, userById(world.db, pull.merged_by))),
    author: () => actorNode(world, userById(world.db, pull.author_id)),
    authorAssociation: userById(world.db, pull.author_id).login === repo.owner ? 'OWNER' : 'CONTRIBUTOR',
    mergeable: () => mergeable(world, pull),
    mergeStateStatus: () => mergeState(world, pull),
    autoMergeRequest: null,
    mergeQueueEntry: null,
    isInMergeQueue: false,
    isMergeQueueEnabled: false,
    maintainerCanModify: false,
    // Not kept here, and so empty: GitHub's own command line asks for them.
    assignees: (args: PageArgs) => connection('assignees', [], args, () => null),
    projectCards: (args: PageArgs) => connection('projectCards', [], args, () => null),
    projectItems: (args: PageArgs) => connection('projectItems', [], args, () => null),
    milestone: null,
    reactionGroups: [],
    labels: (args: PageArgs) =>
      connection('labels', labelsOf(world.db, pull), args, (label) => labelNode(world, label)),
    comments: (args: PageArgs) =>
      connection(
        'comments',
        comments(),
        args,
        (c) => commentNode(world, c),
        (c) => [c.id, 0],
      ),
    ...refFields(world, pull, repo),
    ...reviewFields(world, pull),
    ...sizeFields(world, pull),
    ...commitFields(world, pull, repo),
  }
}
