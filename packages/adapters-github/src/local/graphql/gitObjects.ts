import { protectionOf } from '../forge/protection.js'
import { readCommit, resolve, type Commit, type Signature } from '../git/commits.js'
import { gitOrBroken, git, lines } from '../git/run.js'
import { signer } from '../json/commit.js'
import { nodeId } from '../nodeId.js'
import { all } from '../store/database.js'
import { refSha } from '../store/lookups.js'
import type { PullRow, RepoRow } from '../store/rows.js'
import { iso } from '../time.js'
import { gitDir, type World } from '../world.js'
import { actorNode } from './actor.js'
import type { Asking, Node } from './answer.js'
import { combinedStatusNode, rollupNode } from './checks.js'
import { connection, type PageArgs } from './connection.js'
import { protectionNode, updateRuleNode } from './protection.js'

const gitActor = (world: World, who: Signature) => ({
  name: who.name,
  email: who.email,
  date: iso(who.at * 1000),
  avatarUrl: '',
  user: () => {
    const user = signer(world, who)
    return user === undefined || user.type !== 'User' ? null : actorNode(world, user)
  },
})

const gitObject = (world: World, repo: RepoRow, sha: string) => ({
  oid: sha,
  abbreviatedOid: sha.slice(0, 7),
  repository: (_: unknown, asking: Asking) => asking.repositoryNode(world, repo),
  commitUrl: `${world.url()}/${repo.owner}/${repo.name}/commit/${sha}`,
  commitResourcePath: `/${repo.owner}/${repo.name}/commit/${sha}`,
})

const historyOf = async (world: World, repo: RepoRow, sha: string, args: PageArgs) => {
  const out = await gitOrBroken(gitDir(world, repo), ['rev-list', '--max-count=10000', sha, '--'])
  return connection('history', lines(out), args, (one) => commitBySha(world, repo, one))
}

/** A commit. */
const commitNode = (world: World, repo: RepoRow, commit: Commit): Node => {
  const [headline = '', ...body] = commit.message.split('\n')
  const pulls = () =>
    all<PullRow>(
      world.db,
      'SELECT * FROM pulls WHERE repo_id = ? AND (head_sha = ? OR merge_sha = ?) ORDER BY id',
      ...[repo.id, commit.sha, commit.sha],
    )
  return {
    __typename: 'Commit',
    id: nodeId('Commit', `${repo.id}:${commit.sha}`),
    ...gitObject(world, repo, commit.sha),
    url: `${world.url()}/${repo.owner}/${repo.name}/commit/${commit.sha}`,
    resourcePath: `/${repo.owner}/${repo.name}/commit/${commit.sha}`,
    message: commit.message,
    messageHeadline: headline,
    messageBody: body.join('\n').trim(),
    authoredDate: iso(commit.author.at * 1000),
    committedDate: iso(commit.committer.at * 1000),
    author: gitActor(world, commit.author),
    committer: gitActor(world, commit.committer),
    parents: (args: PageArgs) =>
      connection('parents', commit.parents, args, (sha) => commitBySha(world, repo, sha)),
    tree: {
      __typename: 'Tree',
      id: nodeId('Tree', `${repo.id}:${commit.tree}`),
      ...gitObject(world, repo, commit.tree),
    },
    statusCheckRollup: () => rollupNode(world, repo, commit.sha),
    status: () => combinedStatusNode(world, repo, commit.sha),
    history: (args: PageArgs) => historyOf(world, repo, commit.sha, args),
    associatedPullRequests: (args: PageArgs, asking: Asking) =>
      connection('associatedPullRequests', pulls(), args, (pull) => asking.pullNode(world, pull)),
  }
}

/** The commit of this SHA, or null. */
export const commitBySha = async (world: World, repo: RepoRow, sha: string): Promise<Node | null> => {
  const commit = await readCommit(gitDir(world, repo), sha, world.commits)
  return commit === null ? null : commitNode(world, repo, commit)
}

const blobNode = async (world: World, repo: RepoRow, sha: string): Promise<Node> => {
  const text = (await git(gitDir(world, repo), ['cat-file', 'blob', sha])).stdout
  const isBinary = text.includes('\0')
  return {
    __typename: 'Blob',
    id: nodeId('Blob', `${repo.id}:${sha}`),
    ...gitObject(world, repo, sha),
    text: isBinary ? null : text,
    byteSize: Buffer.byteLength(text),
    isBinary,
    isTruncated: false,
  }
}

/** What a SHA or a `rev-parse` expression names in the repository, or null. */
export const objectNode = async (world: World, repo: RepoRow, expression: string): Promise<Node | null> => {
  const found = await resolve(gitDir(world, repo), expression)
  switch (found?.type) {
    case 'commit':
      return commitBySha(world, repo, found.sha)
    case 'blob':
      return blobNode(world, repo, found.sha)
    case 'tree':
      return {
        __typename: 'Tree',
        id: nodeId('Tree', `${repo.id}:${found.sha}`),
        ...gitObject(world, repo, found.sha),
      }
    default:
      return null
  }
}

/** A ref of this full name, or null. */
export const refNode = (world: World, repo: RepoRow, name: string): Node | null => {
  const sha = refSha(world.db, repo, name)
  if (sha === null) return null
  const prefix = /^refs\/(?:heads|tags)\//.exec(name)?.[0] ?? 'refs/'
  const branch = name.slice(prefix.length)
  const rules = prefix === 'refs/heads/' ? protectionOf(world, repo, branch) : null
  return {
    __typename: 'Ref',
    id: nodeId('Ref', `${repo.id}:${name}`),
    name: branch,
    prefix,
    repository: (_: unknown, asking: Asking) => asking.repositoryNode(world, repo),
    target: () => objectNode(world, repo, sha),
    branchProtectionRule: rules === null ? null : () => protectionNode(world, branch, rules),
    refUpdateRule: rules === null ? null : () => updateRuleNode(repo, branch, rules),
  }
}
