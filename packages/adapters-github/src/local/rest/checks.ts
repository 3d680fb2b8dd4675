import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import * as t from 'io-ts'
import { notFound } from '../failure.js'
import {
  createCheckRun,
  latestCheckRuns,
  latestStatuses,
  updateCheckRun,
  type CheckRunInput,
} from '../forge/checks.js'
import { createStatus } from '../forge/statuses.js'
import { checkRunJson } from '../json/checks.js'
import { statusJson } from '../json/commit.js'
import { repoJson, repoUrl } from '../json/repository.js'
import { appSlug } from '../json/user.js'
import { all, one } from '../store/database.js'
import { userById } from '../store/lookups.js'
import type { CheckRunRow, StatusRow } from '../store/rows.js'
import type { World } from '../world.js'
import { commitOf } from './commits.js'
import { bodyOf, pageOf, refuse, reply, routesOf, type Env } from './reply.js'

const text = t.union([t.string, t.null])
const Status = t.intersection([
  t.type({ state: t.string }),
  t.partial({ context: t.string, target_url: text, description: text }),
])
const RunFields = t.partial({
  name: t.string,
  status: t.string,
  conclusion: t.string,
  details_url: t.string,
  external_id: t.string,
  started_at: t.string,
  completed_at: t.string,
  output: t.partial({ title: t.string, summary: t.string, text: t.string }),
})
const NewRun = t.intersection([t.type({ name: t.string, head_sha: t.string }), RunFields])

const inputOf = (body: t.TypeOf<typeof RunFields>): CheckRunInput => {
  const time = (value: string | undefined) => {
    const at = value === undefined ? Number.NaN : Date.parse(value)
    return Number.isNaN(at) ? undefined : at
  }
  return {
    name: body.name,
    status: body.status,
    conclusion: body.conclusion,
    detailsUrl: body.details_url,
    externalId: body.external_id,
    output: body.output,
    startedAt: time(body.started_at),
    completedAt: time(body.completed_at),
  }
}

const combined = (states: ReadonlyArray<string>): string => {
  if (states.some((s) => s === 'failure' || s === 'error')) return 'failure'
  return states.length === 0 || states.includes('pending') ? 'pending' : 'success'
}

const statusRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write } = routesOf(world)
  app.post(
    '/repos/:owner/:repo/statuses/:sha',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, Status)
      if (E.isLeft(body)) return refuse(c, body.left)
      const { state, context, target_url: targetUrl, description } = body.right
      const input = { state, context, targetUrl, description }
      const made = await createStatus(world, actor, repo, c.req.param('sha') ?? '', input)
      return reply(c, made, (status) => statusJson(world, repo, status), 201)
    }),
  )
  app.get(
    '/repos/:owner/:repo/commits/:ref/status',
    read(async (c, repo) => {
      const sha = await commitOf(world, repo, c.req.param('ref') ?? '')
      if (sha === null) return refuse(c, notFound())
      const statuses = latestStatuses(world, repo, sha)
      return c.json({
        state: combined(statuses.map((s) => s.state)),
        statuses: pageOf(c, world, statuses).map((s) => statusJson(world, repo, s)),
        sha,
        total_count: statuses.length,
        repository: repoJson(world, repo),
        commit_url: `${repoUrl(world, repo)}/commits/${sha}`,
        url: `${repoUrl(world, repo)}/commits/${sha}/status`,
      })
    }),
  )
  app.get(
    '/repos/:owner/:repo/commits/:ref/statuses',
    read(async (c, repo) => {
      const sha = await commitOf(world, repo, c.req.param('ref') ?? '')
      if (sha === null) return refuse(c, notFound())
      const sql = 'SELECT * FROM statuses WHERE repo_id = ? AND sha = ? ORDER BY id DESC'
      const rows = all<StatusRow>(world.db, sql, repo.id, sha)
      return c.json(pageOf(c, world, rows).map((s) => statusJson(world, repo, s)))
    }),
  )
}

/** Commit statuses and check runs. */
export const checkRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write } = routesOf(world)
  statusRoutes(app, world)
  app.post(
    '/repos/:owner/:repo/check-runs',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, NewRun)
      if (E.isLeft(body)) return refuse(c, body.left)
      const input = { ...inputOf(body.right), name: body.right.name }
      const made = await createCheckRun(world, actor, repo, body.right.head_sha, input)
      return reply(c, made, (run) => checkRunJson(world, run), 201)
    }),
  )
  app.patch(
    '/repos/:owner/:repo/check-runs/:id',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, RunFields)
      if (E.isLeft(body)) return refuse(c, body.left)
      const changed = await updateCheckRun(world, actor, repo, Number(c.req.param('id')), inputOf(body.right))
      return reply(c, changed, (run) => checkRunJson(world, run))
    }),
  )
  app.get(
    '/repos/:owner/:repo/check-runs/:id',
    read((c, repo) => {
      const sql = 'SELECT * FROM check_runs WHERE id = ? AND repo_id = ?'
      const found = one<CheckRunRow>(world.db, sql, Number(c.req.param('id')), repo.id)
      return found === undefined ? refuse(c, notFound()) : c.json(checkRunJson(world, found))
    }),
  )
  app.get(
    '/repos/:owner/:repo/commits/:ref/check-runs',
    read(async (c, repo) => {
      const sha = await commitOf(world, repo, c.req.param('ref') ?? '')
      if (sha === null) return refuse(c, notFound())
      const wants = (name: string, value: string) => (c.req.query(name) ?? value) === value
      const runs = latestCheckRuns(world, repo, sha).filter(
        (r) =>
          wants('check_name', r.name) &&
          wants('status', r.status) &&
          wants('app_id', String(r.app_id)) &&
          wants('app_slug', appSlug(userById(world.db, r.app_id))),
      )
      const check_runs = pageOf(c, world, runs).map((r) => checkRunJson(world, r))
      return c.json({ total_count: runs.length, check_runs })
    }),
  )
}
