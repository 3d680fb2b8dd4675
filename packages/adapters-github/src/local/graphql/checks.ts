import { GraphQLError } from 'graphql'
import { latestCheckRuns, latestStatuses } from '../forge/checks.js'
import { protectionOf } from '../forge/protection.js'
import { suiteResult } from '../json/checks.js'
import { nodeId, parseNodeId } from '../nodeId.js'
import { all, one } from '../store/database.js'
import { findPull, pullById, repoById, userById } from '../store/lookups.js'
import type { CheckRunRow, CheckSuiteRow, RepoRow, StatusRow } from '../store/rows.js'
import { iso, isoOrNull } from '../time.js'
import type { World } from '../world.js'
import { actorNode, appNode } from './actor.js'
import { unresolved, type Node } from './answer.js'
import { connection, type PageArgs } from './connection.js'

type PullArgs = { readonly pullRequestId?: string | null; readonly pullRequestNumber?: number | null }

const pullOf = (world: World, repo: RepoRow, args: PullArgs) => {
  if (typeof args.pullRequestNumber === 'number') return findPull(world.db, repo, args.pullRequestNumber)
  const id = typeof args.pullRequestId === 'string' ? parseNodeId(args.pullRequestId) : null
  return id?.type === 'PullRequest' ? pullById(world.db, Number(id.key)) : undefined
}

/** Is a check of this name (and reporter) required on the base branch of the pull request named? */
const isRequired =
  (world: World, repo: RepoRow, context: string, reporter: number) =>
  (args: PullArgs): boolean => {
    if (typeof args.pullRequestNumber !== 'number' && typeof args.pullRequestId !== 'string')
      throw new GraphQLError('A pull request ID or pull request number is required.', {
        extensions: { type: 'UNPROCESSABLE' },
      })
    const pull = pullOf(world, repo, args)
    if (pull === undefined)
      throw unresolved(`a PullRequest with the number of ${args.pullRequestNumber ?? '?'}.`)
    const required = protectionOf(world, repo, pull.base_ref)?.checks?.required ?? []
    return required.some((r) => r.context === context && (r.appId === null || r.appId === reporter))
  }

/** A check suite. */
const checkSuiteNode = (world: World, suite: CheckSuiteRow): Node => {
  const runs = () =>
    all<CheckRunRow>(world.db, 'SELECT * FROM check_runs WHERE suite_id = ? ORDER BY id', suite.id)
  const result = suiteResult(runs())
  return {
    __typename: 'CheckSuite',
    id: nodeId('CheckSuite', suite.id),
    databaseId: suite.id,
    app: () => appNode(world, userById(world.db, suite.app_id)),
    status: result.status.toUpperCase(),
    conclusion: result.conclusion?.toUpperCase() ?? null,
    createdAt: iso(suite.created_at),
    updatedAt: iso(suite.updated_at),
    checkRuns: (args: PageArgs) => connection('checkRuns', runs(), args, (r) => checkRunNode(world, r)),
    workflowRun: null,
  }
}

/** A check run. */
export const checkRunNode = (world: World, run: CheckRunRow): Node => {
  const repo = repoById(world.db, run.repo_id)
  const suite = () => one<CheckSuiteRow>(world.db, 'SELECT * FROM check_suites WHERE id = ?', run.suite_id)
  return {
    __typename: 'CheckRun',
    id: nodeId('CheckRun', run.id),
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    detailsUrl: run.details_url,
    externalId: run.external_id,
    title: run.title,
    summary: run.summary,
    text: run.text,
    startedAt: isoOrNull(run.started_at),
    completedAt: isoOrNull(run.completed_at),
    url: `${world.url()}/${repo.owner}/${repo.name}/runs/${run.id}`,
    permalink: `${world.url()}/${repo.owner}/${repo.name}/runs/${run.id}`,
    resourcePath: `/${repo.owner}/${repo.name}/runs/${run.id}`,
    isRequired: isRequired(world, repo, run.name, run.app_id),
    checkSuite: () => {
      const found = suite()
      return found === undefined ? null : checkSuiteNode(world, found)
    },
  }
}

/** A commit status, the newest of its context. */
export const statusNode = (world: World, status: StatusRow): Node => {
  const repo = repoById(world.db, status.repo_id)
  return {
    __typename: 'StatusContext',
    id: nodeId('StatusContext', status.id),
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.target_url,
    avatarUrl: '',
    createdAt: iso(status.created_at),
    creator: () => actorNode(world, userById(world.db, status.creator_id)),
    isRequired: isRequired(world, repo, status.context, status.creator_id),
  }
}

const RUN_STATES: Readonly<Record<string, string>> = {
  success: 'SUCCESS',
  neutral: 'SUCCESS',
  skipped: 'SUCCESS',
}
const ROLLUP_ORDER = ['ERROR', 'FAILURE', 'EXPECTED', 'PENDING'] as const

const runState = (run: CheckRunRow): string =>
  run.status === 'completed' ? (RUN_STATES[run.conclusion ?? ''] ?? 'FAILURE') : 'PENDING'

const worst = (states: ReadonlyArray<string>): string => {
  const found = ROLLUP_ORDER.find((state) => states.includes(state))
  // GitHub reports one failed status, whatever its kind, as a failed rollup.
  return found === 'ERROR' ? 'FAILURE' : (found ?? 'SUCCESS')
}

/** Everything reported about a commit, or null when nothing was. */
export const rollupNode = (world: World, repo: RepoRow, sha: string): Node | null => {
  const runs = latestCheckRuns(world, repo, sha)
  const statuses = latestStatuses(world, repo, sha)
  if (runs.length + statuses.length === 0) return null
  const contexts = [
    ...runs.map((run) => () => checkRunNode(world, run)),
    ...statuses.map((status) => () => statusNode(world, status)),
  ]
  return {
    __typename: 'StatusCheckRollup',
    id: nodeId('Commit', `${repo.id}:${sha}`),
    state: worst([...runs.map(runState), ...statuses.map((s) => s.state.toUpperCase())]),
    contexts: (args: PageArgs) => ({
      ...connection('contexts', contexts, args, (make) => make()),
      checkRunCount: runs.length,
      statusContextCount: statuses.length,
    }),
  }
}

/** The older `status` of a commit: its statuses without its check runs. */
export const combinedStatusNode = (world: World, repo: RepoRow, sha: string): Node | null => {
  const statuses = latestStatuses(world, repo, sha)
  if (statuses.length === 0) return null
  const find = (name: string) => statuses.find((s) => s.context === name)
  return {
    __typename: 'Status',
    id: nodeId('Commit', `${repo.id}:${sha}`),
    state: worst(statuses.map((s) => s.state.toUpperCase())),
    contexts: () => statuses.map((s) => statusNode(world, s)),
    context: ({ name }: { readonly name: string }) => {
      const found = find(name)
      return found === undefined ? null : statusNode(world, found)
    },
  }
}
