import { nodeId } from '../nodeId.js'
import { pullById, repoById, userById } from '../store/lookups.js'
import type { CommentRow, LabelRow, PullRow, ReviewRow } from '../store/rows.js'
import { iso } from '../time.js'
import type { World } from '../world.js'
import { actorNode } from './actor.js'
import type { Asking, Node } from './answer.js'
import { commitBySha } from './gitObjects.js'

const pageOf = (world: World, pullId: number): string => {
  const pull = pullById(world.db, pullId)
  const repo = repoById(world.db, pull.repo_id)
  return `${world.url()}/${repo.owner}/${repo.name}/pull/${pull.number}`
}

const association = (world: World, pull: PullRow, author: number): string =>
  userById(world.db, author).login === repoById(world.db, pull.repo_id).owner ? 'OWNER' : 'COLLABORATOR'

/** A label. */
export const labelNode = (world: World, label: LabelRow): Node => ({
  __typename: 'Label',
  id: nodeId('Label', label.id),
  name: label.name,
  color: label.color,
  description: label.description,
  isDefault: false,
  url: `${world.url()}/labels/${encodeURIComponent(label.name)}`,
})

/** A submitted review. */
export const reviewNode = (world: World, review: ReviewRow): Node => {
  const pull = () => pullById(world.db, review.pull_id)
  return {
    __typename: 'PullRequestReview',
    id: nodeId('PullRequestReview', review.id),
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    author: () => actorNode(world, userById(world.db, review.author_id)),
    authorCanPushToRepository: true,
    authorAssociation: () => association(world, pull(), review.author_id),
    reactionGroups: [],
    state: review.state,
    body: review.body,
    bodyText: review.body,
    commit: () => commitBySha(world, repoById(world.db, pull().repo_id), review.commit_sha),
    createdAt: iso(review.submitted_at),
    submittedAt: iso(review.submitted_at),
    publishedAt: iso(review.submitted_at),
    updatedAt: iso(review.submitted_at),
    includesCreatedEdit: false,
    pullRequest: (_: unknown, asking: Asking) => asking.pullNode(world, pull()),
    url: `${pageOf(world, review.pull_id)}#pullrequestreview-${review.id}`,
  }
}

/** A comment on a pull request. */
export const commentNode = (world: World, comment: CommentRow): Node => ({
  __typename: 'IssueComment',
  id: nodeId('IssueComment', comment.id),
  databaseId: comment.id,
  fullDatabaseId: String(comment.id),
  author: () => actorNode(world, userById(world.db, comment.author_id)),
  body: comment.body,
  bodyText: comment.body,
  createdAt: iso(comment.created_at),
  updatedAt: iso(comment.updated_at),
  isMinimized: false,
  minimizedReason: null,
  includesCreatedEdit: comment.updated_at !== comment.created_at,
  authorAssociation: () => association(world, pullById(world.db, comment.pull_id), comment.author_id),
  reactionGroups: [],
  viewerDidAuthor: (_: unknown, { actor }: Asking) => actor.id === comment.author_id,
  pullRequest: (_: unknown, asking: Asking) => asking.pullNode(world, pullById(world.db, comment.pull_id)),
  url: `${pageOf(world, comment.pull_id)}#issuecomment-${comment.id}`,
})
