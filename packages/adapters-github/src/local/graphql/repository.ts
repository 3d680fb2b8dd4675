import { protectionOf } from '../forge/protection.js'
import { nodeId } from '../nodeId.js'
import { all, one } from '../store/database.js'
import { count, ensureUser, findPull, labelsOf, refSha, refsUnder, repoById } from '../store/lookups.js'
import type { LabelRow, PullRow, RepoRow } from '../store/rows.js'
import { iso } from '../time.js'
import type { World } from '../world.js'
import { actorNode } from './actor.js'
import { unresolved, type Node } from './answer.js'
import { connection, type PageArgs } from './connection.js'
import { labelNode } from './conversation.js'
import { objectNode, refNode } from './gitObjects.js'
import { protectionNode } from './protection.js'
import { pullNode } from './pull.js'

type PullsArgs = PageArgs & {
  readonly states?: ReadonlyArray<string> | null
  readonly labels?: ReadonlyArray<string> | null
  readonly baseRefName?: string | null
  readonly headRefName?: string | null
  readonly orderBy?: { readonly field: string; readonly direction: string } | null
}

const pullsOf = (world: World, repo: RepoRow, args: PullsArgs) => {
  const labelled = (pull: PullRow, wanted: ReadonlyArray<string>) =>
    labelsOf(world.db, pull).some((l) => wanted.some((w) => w.toLowerCase() === l.name.toLowerCase()))
  const states = args.states ?? ['OPEN', 'CLOSED', 'MERGED']
  const sql = `SELECT * FROM pulls WHERE repo_id = ? AND state IN (${states.map(() => '?').join(', ')})`
  const rows = all<PullRow>(world.db, sql, repo.id, ...states).filter(
    (p) =>
      (typeof args.baseRefName !== 'string' || p.base_ref === args.baseRefName) &&
      (typeof args.headRefName !== 'string' || p.head_ref === args.headRefName) &&
      (!Array.isArray(args.labels) || labelled(p, args.labels)),
  )
  const comments = (p: PullRow) =>
    count(world.db, 'SELECT count(*) AS n FROM comments WHERE pull_id = ?', p.id)
  const field = args.orderBy?.field
  const key = (p: PullRow): readonly [number, number] => {
    if (field === 'COMMENTS') return [comments(p), p.number]
    return [field === 'UPDATED_AT' ? p.updated_at : p.created_at, p.number]
  }
  const descending = args.orderBy?.direction === 'DESC'
  const sign = descending ? -1 : 1
  const keyed = rows.map((row) => ({ row, at: key(row) }))
  const sorted = keyed.sort((a, b) => sign * (a.at[0] - b.at[0] || a.at[1] - b.at[1]))
  return connection(
    'pullRequests',
    sorted,
    args,
    ({ row }) => pullNode(world, row),
    ({ at }) => at,
    descending,
  )
}

const rulesOf = (world: World, repo: RepoRow, args: PageArgs) => {
  const rows = all<{ branch: string }>(
    world.db,
    'SELECT branch FROM protections WHERE repo_id = ? ORDER BY branch',
    repo.id,
  )
  return connection('branchProtectionRules', rows, args, ({ branch }) => {
    const rules = protectionOf(world, repo, branch)
    return rules === null ? null : protectionNode(world, branch, rules)
  })
}

const qualified = (world: World, repo: RepoRow, name: string): string =>
  [name, `refs/heads/${name}`, `refs/tags/${name}`, `refs/${name}`].find(
    (n) => refSha(world.db, repo, n) !== null,
  ) ?? name

/** A repository. */
export const repositoryNode = (world: World, repo: RepoRow): Node => ({
  __typename: 'Repository',
  id: nodeId('Repository', repo.id),
  databaseId: repo.id,
  name: repo.name,
  nameWithOwner: `${repo.owner}/${repo.name}`,
  owner: { ...actorNode(world, ensureUser(world, repo.owner)) },
  url: `${world.url()}/${repo.owner}/${repo.name}`,
  resourcePath: `/${repo.owner}/${repo.name}`,
  description: repo.description,
  isPrivate: repo.private === 1,
  isFork: repo.parent_id !== null,
  parent: () => (repo.parent_id === null ? null : repositoryNode(world, repoById(world.db, repo.parent_id))),
  isArchived: false,
  isDisabled: false,
  isEmpty: () => refsUnder(world.db, repo, 'refs/heads/').length === 0,
  visibility: repo.private === 1 ? 'PRIVATE' : 'PUBLIC',
  createdAt: iso(repo.created_at),
  pushedAt: iso(repo.pushed_at),
  updatedAt: iso(repo.pushed_at),
  viewerPermission: 'WRITE',
  mergeCommitAllowed: true,
  squashMergeAllowed: true,
  rebaseMergeAllowed: true,
  hasIssuesEnabled: true,
  hasProjectsEnabled: false,
  hasWikiEnabled: false,
  defaultBranchRef: () => refNode(world, repo, `refs/heads/${repo.default_branch}`),
  ref: ({ qualifiedName }: { readonly qualifiedName: string }) =>
    refNode(world, repo, qualified(world, repo, qualifiedName)),
  refs: (args: PageArgs & { readonly refPrefix: string; readonly query?: string | null }) => {
    const prefix = args.refPrefix.endsWith('/') ? args.refPrefix : `${args.refPrefix}/`
    const rows = refsUnder(world.db, repo, prefix).filter((r) => r.name.includes(args.query ?? ''))
    return connection('refs', rows, args, (row) => refNode(world, repo, row.name))
  },
  object: ({ oid, expression }: { readonly oid?: string | null; readonly expression?: string | null }) =>
    objectNode(world, repo, oid ?? expression ?? ''),
  label: ({ name }: { readonly name: string }) => {
    const sql = 'SELECT * FROM labels WHERE repo_id = ? AND name = ?'
    const found = one<LabelRow>(world.db, sql, repo.id, name)
    return found === undefined ? null : labelNode(world, found)
  },
  labels: (args: PageArgs) => {
    const rows = all<LabelRow>(world.db, 'SELECT * FROM labels WHERE repo_id = ? ORDER BY id', repo.id)
    return connection('labels', rows, args, (label) => labelNode(world, label))
  },
  branchProtectionRules: (args: PageArgs) => rulesOf(world, repo, args),
  mergeQueue: () => null,
  pullRequest: ({ number }: { readonly number: number }) => {
    const pull = findPull(world.db, repo, number)
    if (pull === undefined) throw unresolved(`a PullRequest with the number of ${number}.`)
    return pullNode(world, pull)
  },
  pullRequests: (args: PullsArgs) => pullsOf(world, repo, args),
})
