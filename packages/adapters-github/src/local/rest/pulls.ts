import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import * as t from 'io-ts'
import { unprocessable } from '../failure.js'
import { dismissReview, submitReview } from '../forge/conversation.js'
import { mergePull } from '../forge/merge.js'
import { restMergeability } from '../forge/mergeability.js'
import { changePull, openPull } from '../forge/pulls.js'
import { measure, pullDiff, pullSize } from '../forge/size.js'
import { readCommit } from '../git/commits.js'
import { commitJson } from '../json/commit.js'
import { pullJson, pullListJson, reviewJson } from '../json/pull.js'
import { all } from '../store/database.js'
import type { PullRow, ReviewRow } from '../store/rows.js'
import { repoById } from '../store/lookups.js'
import { gitDir, type World } from '../world.js'
import { fileJson } from './commits.js'
import { bodyOf, pageOf, refuse, reply, routesOf, type Ctx, type Env } from './reply.js'

const text = t.union([t.string, t.null])
const NewPull = t.intersection([
  t.type({ title: t.string, head: t.string, base: t.string }),
  t.partial({ body: text, draft: t.boolean }),
])
const Change = t.partial({
  title: t.string,
  body: text,
  base: t.string,
  state: t.union([t.literal('open'), t.literal('closed')]),
})
const Merge = t.partial({
  sha: t.string,
  commit_title: t.string,
  commit_message: t.string,
  merge_method: t.union([t.literal('merge'), t.literal('squash'), t.literal('rebase')]),
})
const ReviewEvent = t.union([t.literal('APPROVE'), t.literal('REQUEST_CHANGES'), t.literal('COMMENT')])
const Review = t.partial({ event: ReviewEvent, body: t.string, commit_id: t.string })

const byQuery = (world: World, c: Ctx, rows: ReadonlyArray<PullRow>): ReadonlyArray<PullRow> => {
  const state = c.req.query('state') ?? 'open'
  const base = c.req.query('base')
  const head = c.req.query('head')
  const sort = c.req.query('sort') === 'updated' ? 'updated_at' : 'created_at'
  const down = (c.req.query('direction') ?? (c.req.query('sort') === undefined ? 'desc' : 'asc')) === 'desc'
  const fits = (p: PullRow) =>
    (state === 'all' || (state === 'open') === (p.state === 'OPEN')) &&
    (base === undefined || p.base_ref === base) &&
    (head === undefined || head === `${repoById(world.db, p.head_repo_id).owner}:${p.head_ref}`)
  const order = (a: PullRow, b: PullRow) => a[sort] - b[sort] || a.number - b.number
  return rows.filter(fits).sort((a, b) => (down ? order(b, a) : order(a, b)))
}

const reviewRoutes = (app: Hono<Env>, world: World): void => {
  const { readPull, writePull } = routesOf(world)
  app.get(
    '/repos/:owner/:repo/pulls/:number/reviews',
    readPull((c, pull) => {
      const rows = all<ReviewRow>(world.db, 'SELECT * FROM reviews WHERE pull_id = ? ORDER BY id', pull.id)
      return c.json(pageOf(c, world, rows).map((r) => reviewJson(world, pull, r)))
    }),
  )
  app.post(
    '/repos/:owner/:repo/pulls/:number/reviews',
    writePull(async (c, pull, actor) => {
      const body = await bodyOf(c, Review)
      if (E.isLeft(body)) return refuse(c, body.left)
      const { event, commit_id: commit } = body.right
      if (event === undefined)
        return refuse(c, unprocessable('Pending reviews are not kept here: name an "event".'))
      const made = await submitReview(world, actor, pull, { event, body: body.right.body ?? '', commit })
      return reply(c, made, (review) => reviewJson(world, pull, review))
    }),
  )
  app.put(
    '/repos/:owner/:repo/pulls/:number/reviews/:id/dismissals',
    writePull(async (c, pull, actor) => {
      const done = await dismissReview(world, actor, pull, Number(c.req.param('id')))
      return reply(c, done, (review) => reviewJson(world, pull, review))
    }),
  )
}

const mergeRoutes = (app: Hono<Env>, world: World): void => {
  const { readPull, writePull } = routesOf(world)
  app.get(
    '/repos/:owner/:repo/pulls/:number/merge',
    readPull((c, pull) => c.body(null, pull.state === 'MERGED' ? 204 : 404)),
  )
  app.put(
    '/repos/:owner/:repo/pulls/:number/merge',
    writePull(async (c, pull, actor) => {
      const body = await bodyOf(c, Merge)
      if (E.isLeft(body)) return refuse(c, body.left)
      const wish = {
        method: body.right.merge_method ?? 'merge',
        expectedHead: body.right.sha,
        title: body.right.commit_title,
        message: body.right.commit_message,
      } as const
      const done = await mergePull(world, actor, pull, wish)
      return reply(c, done, (merged) => ({
        sha: merged.merge_sha,
        merged: true,
        message: 'Pull Request successfully merged',
      }))
    }),
  )
}

/** Pull requests: open, list, show, edit, merge, review, files. */
export const pullRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write, readPull, writePull } = routesOf(world)
  const full = async (pull: PullRow) =>
    pullJson(world, pull, await pullSize(world, pull), await restMergeability(world, pull))
  app.get(
    '/repos/:owner/:repo/pulls',
    read((c, repo) => {
      const rows = all<PullRow>(world.db, 'SELECT * FROM pulls WHERE repo_id = ?', repo.id)
      return c.json(pageOf(c, world, byQuery(world, c, rows)).map((pull) => pullListJson(world, pull)))
    }),
  )
  app.post(
    '/repos/:owner/:repo/pulls',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, NewPull)
      if (E.isLeft(body)) return refuse(c, body.left)
      const opened = await openPull(world, actor, repo, body.right)
      return E.isLeft(opened) ? refuse(c, opened.left) : c.json(await full(opened.right), 201)
    }),
  )
  app.get(
    '/repos/:owner/:repo/pulls/:number',
    readPull(async (c, pull) =>
      (c.req.header('accept') ?? '').includes('.diff')
        ? c.text(await pullDiff(world, pull))
        : c.json(await full(pull)),
    ),
  )
  app.patch(
    '/repos/:owner/:repo/pulls/:number',
    writePull(async (c, pull, actor) => {
      const body = await bodyOf(c, Change)
      if (E.isLeft(body)) return refuse(c, body.left)
      const changed = await changePull(world, actor, pull, body.right)
      return E.isLeft(changed) ? refuse(c, changed.left) : c.json(await full(changed.right))
    }),
  )
  app.get(
    '/repos/:owner/:repo/pulls/:number/files',
    readPull(async (c, pull, repo) => {
      const { files } = await measure(world, pull)
      return c.json(pageOf(c, world, files).map(fileJson(world, repo, pull.head_sha)))
    }),
  )
  app.get(
    '/repos/:owner/:repo/pulls/:number/commits',
    readPull(async (c, pull, repo) => {
      const page = pageOf(c, world, (await measure(world, pull)).commits)
      const read = await Promise.all(page.map((sha) => readCommit(gitDir(world, repo), sha, world.commits)))
      return c.json(read.flatMap((commit) => (commit === null ? [] : [commitJson(world, repo, commit)])))
    }),
  )
  reviewRoutes(app, world)
  mergeRoutes(app, world)
}
