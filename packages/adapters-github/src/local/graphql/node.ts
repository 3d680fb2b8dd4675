import { nodeId, parseNodeId, type NodeType } from '../nodeId.js'
import { one } from '../store/database.js'
import { repoById } from '../store/lookups.js'
import type {
  CheckRunRow,
  CommentRow,
  LabelRow,
  PullRow,
  RepoRow,
  ReviewRow,
  StatusRow,
  UserRow,
} from '../store/rows.js'
import type { World } from '../world.js'
import { actorNode } from './actor.js'
import { unresolved, type Node } from './answer.js'
import { checkRunNode, statusNode } from './checks.js'
import { commentNode, labelNode, reviewNode } from './conversation.js'
import { commitBySha, objectNode, refNode } from './gitObjects.js'
import { pullNode } from './pull.js'
import { repositoryNode } from './repository.js'

const TABLES = {
  User: 'users',
  Repository: 'repositories',
  PullRequest: 'pulls',
  Label: 'labels',
  IssueComment: 'comments',
  PullRequestReview: 'reviews',
  StatusContext: 'statuses',
  CheckRun: 'check_runs',
} as const
type Kept = {
  User: UserRow
  Repository: RepoRow
  PullRequest: PullRow
  Label: LabelRow
  IssueComment: CommentRow
  PullRequestReview: ReviewRow
  StatusContext: StatusRow
  CheckRun: CheckRunRow
}

/** The row behind an id that must be of this type; any other id is GitHub's "Could not resolve" error. */
export const rowOf = <T extends keyof Kept>(world: World, type: T, id: string): Kept[T] => {
  const parsed = parseNodeId(id)
  const sql = `SELECT * FROM ${TABLES[type]} WHERE id = ?`
  const row = parsed?.type === type ? one<Kept[T]>(world.db, sql, Number(parsed.key)) : undefined
  if (row === undefined) throw unresolved(`a node with the global id of '${id}'`)
  return row
}

/** The repository and the name or SHA inside an id of a ref or git object. */
export const gitKeyOf = (world: World, id: string): { readonly repo: RepoRow; readonly name: string } => {
  const key = parseNodeId(id)?.key ?? ''
  const repoId = Number(key.slice(0, key.indexOf(':')))
  const repo = rowOf(world, 'Repository', nodeId('Repository', repoId))
  return { repo: repoById(world.db, repo.id), name: key.slice(key.indexOf(':') + 1) }
}

/** The node of a global id. */
export const nodeById = async (world: World, id: string): Promise<Node | null> => {
  const type: NodeType | undefined = parseNodeId(id)?.type
  switch (type) {
    case 'User':
      return actorNode(world, rowOf(world, type, id))
    case 'Repository':
      return repositoryNode(world, rowOf(world, type, id))
    case 'PullRequest':
      return pullNode(world, rowOf(world, type, id))
    case 'Label':
      return labelNode(world, rowOf(world, type, id))
    case 'IssueComment':
      return commentNode(world, rowOf(world, type, id))
    case 'PullRequestReview':
      return reviewNode(world, rowOf(world, type, id))
    case 'StatusContext':
      return statusNode(world, rowOf(world, type, id))
    case 'CheckRun':
      return checkRunNode(world, rowOf(world, type, id))
    case 'Commit': {
      const { repo, name } = gitKeyOf(world, id)
      return commitBySha(world, repo, name)
    }
    case 'Tree':
    case 'Blob': {
      const { repo, name } = gitKeyOf(world, id)
      return objectNode(world, repo, name)
    }
    case 'Ref': {
      const { repo, name } = gitKeyOf(world, id)
      return refNode(world, repo, name)
    }
    case 'App':
    case 'CheckSuite':
    case undefined:
      throw unresolved(`a node with the global id of '${id}'`)
  }
}
