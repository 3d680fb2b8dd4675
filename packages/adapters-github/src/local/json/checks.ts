import type { Commit } from '../git/commits.js'
import { nodeId } from '../nodeId.js'
import { all, one } from '../store/database.js'
import { repoById, userById } from '../store/lookups.js'
import type { CheckRunRow, CheckSuiteRow, PullRow, RefRow, RepoRow } from '../store/rows.js'
import { iso, isoOrNull } from '../time.js'
import type { World } from '../world.js'
import { repoUrl } from './repository.js'
import { appJson } from './user.js'

const briefRepo = (world: World, repo: RepoRow) => ({
  id: repo.id,
  url: repoUrl(world, repo),
  name: repo.name,
})

const pullsOfHead = (world: World, repo: RepoRow, sha: string) =>
  all<PullRow>(
    world.db,
    `SELECT * FROM pulls WHERE repo_id = ? AND state = 'OPEN' AND head_sha = ?`,
    repo.id,
    sha,
  ).map((pull) => ({
    url: `${repoUrl(world, repo)}/pulls/${pull.number}`,
    id: pull.id,
    number: pull.number,
    head: {
      ref: pull.head_ref,
      sha: pull.head_sha,
      repo: briefRepo(world, repoById(world.db, pull.head_repo_id)),
    },
    base: { ref: pull.base_ref, sha: pull.base_sha, repo: briefRepo(world, repo) },
  }))

const headBranch = (world: World, repo: RepoRow, sha: string): string | null => {
  const sql = `SELECT name, sha FROM refs WHERE repo_id = ? AND sha = ? AND name LIKE 'refs/heads/%' ORDER BY name`
  return one<RefRow>(world.db, sql, repo.id, sha)?.name.slice('refs/heads/'.length) ?? null
}

const CONCLUSIONS = [
  'startup_failure',
  'failure',
  'timed_out',
  'cancelled',
  'action_required',
  'stale',
  'success',
  'neutral',
  'skipped',
]

/** Status and conclusion of a suite: the least advanced run, the gravest conclusion. */
export const suiteResult = (
  runs: ReadonlyArray<Pick<CheckRunRow, 'status' | 'conclusion'>>,
): { readonly status: string; readonly conclusion: string | null } => {
  if (runs.length === 0) return { status: 'queued', conclusion: null }
  if (runs.every((r) => r.status === 'completed')) {
    const conclusion = CONCLUSIONS.find((c) => runs.some((r) => r.conclusion === c)) ?? 'success'
    return { status: 'completed', conclusion }
  }
  return { status: runs.some((r) => r.status !== 'queued') ? 'in_progress' : 'queued', conclusion: null }
}

/** A check suite: the runs of one app on one commit. */
export const checkSuiteJson = (world: World, suite: CheckSuiteRow, head: Commit) => {
  const repo = repoById(world.db, suite.repo_id)
  const runs = all<CheckRunRow>(world.db, 'SELECT * FROM check_runs WHERE suite_id = ?', suite.id)
  const url = `${repoUrl(world, repo)}/check-suites/${suite.id}`
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: headBranch(world, repo, suite.sha),
    head_sha: suite.sha,
    ...suiteResult(runs),
    url,
    before: null,
    after: suite.sha,
    pull_requests: pullsOfHead(world, repo, suite.sha),
    app: appJson(world, userById(world.db, suite.app_id)),
    created_at: iso(suite.created_at),
    updated_at: iso(suite.updated_at),
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: {
      id: head.sha,
      tree_id: head.tree,
      message: head.message,
      timestamp: iso(head.committer.at * 1000),
      author: { name: head.author.name, email: head.author.email },
      committer: { name: head.committer.name, email: head.committer.email },
    },
  }
}

/** A check run with its suite in brief. */
export const checkRunJson = (world: World, run: CheckRunRow) => {
  const repo = repoById(world.db, run.repo_id)
  const url = `${repoUrl(world, repo)}/check-runs/${run.id}`
  const html = `${world.url()}/${repo.owner}/${repo.name}/runs/${run.id}`
  return {
    id: run.id,
    node_id: nodeId('CheckRun', run.id),
    name: run.name,
    head_sha: run.sha,
    external_id: run.external_id,
    url,
    html_url: html,
    details_url: run.details_url ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoOrNull(run.started_at),
    completed_at: isoOrNull(run.completed_at),
    output: {
      title: run.title,
      summary: run.summary,
      text: run.text,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suite_id },
    app: appJson(world, userById(world.db, run.app_id)),
    pull_requests: pullsOfHead(world, repo, run.sha),
  }
}
