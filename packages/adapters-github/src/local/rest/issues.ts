import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import * as t from 'io-ts'
import { notFound } from '../failure.js'
import { addComment, editComment, ensureLabel, setLabels } from '../forge/conversation.js'
import { commentJson, issueJson, labelJson } from '../json/pull.js'
import { all, one } from '../store/database.js'
import { labelsOf, pullById } from '../store/lookups.js'
import type { CommentRow, LabelRow, PullRow, RepoRow } from '../store/rows.js'
import type { World } from '../world.js'
import { bodyOf, pageOf, refuse, reply, routesOf, type Ctx, type Env } from './reply.js'

const Body = t.type({ body: t.string })
const Named = t.union([t.string, t.type({ name: t.string })])
const Labels = t.union([t.type({ labels: t.array(Named) }), t.array(Named)])
const NewLabel = t.intersection([
  t.type({ name: t.string }),
  t.partial({ color: t.string, description: t.union([t.string, t.null]) }),
])

const namesOf = (body: t.TypeOf<typeof Labels>): ReadonlyArray<string> =>
  ('labels' in body ? body.labels : body).map((l) => (typeof l === 'string' ? l : l.name))

const labelRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write, readPull, writePull } = routesOf(world)
  const path = '/repos/:owner/:repo/issues/:number/labels'
  const shown = (c: Ctx, repo: RepoRow, labels: ReadonlyArray<LabelRow>) =>
    c.json(labels.map((l) => labelJson(world, repo, l)))
  app.get(
    '/repos/:owner/:repo/labels',
    read((c, repo) => {
      const rows = all<LabelRow>(world.db, 'SELECT * FROM labels WHERE repo_id = ? ORDER BY name', repo.id)
      return shown(c, repo, pageOf(c, world, rows))
    }),
  )
  app.post(
    '/repos/:owner/:repo/labels',
    write(async (c, repo) => {
      const body = await bodyOf(c, NewLabel)
      return reply(
        c,
        body,
        (label) => labelJson(world, repo, ensureLabel(world, repo, label.name, label)),
        201,
      )
    }),
  )
  app.get(
    path,
    readPull((c, pull, repo) => shown(c, repo, labelsOf(world.db, pull))),
  )
  const change = (keep: boolean) =>
    writePull(async (c, pull, actor, repo) => {
      const body = await bodyOf(c, Labels)
      if (E.isLeft(body)) return refuse(c, body.left)
      const wanted = namesOf(body.right).map((name) => ensureLabel(world, repo, name))
      const unique = (labels: ReadonlyArray<LabelRow>) => [...new Map(labels.map((l) => [l.id, l])).values()]
      const then = await setLabels(world, actor, pull, (now) => unique(keep ? [...now, ...wanted] : wanted))
      return shown(c, repo, then)
    })
  app.post(path, change(true))
  app.put(path, change(false))
  app.delete(
    path,
    writePull(async (c, pull, actor) => {
      await setLabels(world, actor, pull, () => [])
      return c.body(null, 204)
    }),
  )
  app.delete(
    `${path}/:name`,
    writePull(async (c, pull, actor, repo) => {
      const name = (c.req.param('name') ?? '').toLowerCase()
      if (!labelsOf(world.db, pull).some((l) => l.name.toLowerCase() === name))
        return refuse(c, notFound('Label does not exist'))
      return shown(
        c,
        repo,
        await setLabels(world, actor, pull, (now) => now.filter((l) => l.name.toLowerCase() !== name)),
      )
    }),
  )
}

/** Labels and comments; every issue here is a pull request. */
export const issueRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write, readPull, writePull } = routesOf(world)
  labelRoutes(app, world)
  const comment = (repo: RepoRow, id: number): readonly [CommentRow, PullRow] | null => {
    const row = one<CommentRow>(world.db, 'SELECT * FROM comments WHERE id = ?', id)
    const pull = row === undefined ? undefined : pullById(world.db, row.pull_id)
    return row === undefined || pull === undefined || pull.repo_id !== repo.id ? null : [row, pull]
  }
  app.get(
    '/repos/:owner/:repo/issues/comments/:id',
    read((c, repo) => {
      const found = comment(repo, Number(c.req.param('id')))
      return found === null ? refuse(c, notFound()) : c.json(commentJson(world, found[1], found[0]))
    }),
  )
  app.patch(
    '/repos/:owner/:repo/issues/comments/:id',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, Body)
      if (E.isLeft(body)) return refuse(c, body.left)
      const edited = editComment(world, actor, repo, Number(c.req.param('id')), body.right.body)
      return reply(c, edited, (row) => commentJson(world, pullById(world.db, row.pull_id), row))
    }),
  )
  app.get(
    '/repos/:owner/:repo/issues/:number',
    readPull((c, pull) => c.json(issueJson(world, pull))),
  )
  app.get(
    '/repos/:owner/:repo/issues/:number/comments',
    readPull((c, pull) => {
      const rows = all<CommentRow>(world.db, 'SELECT * FROM comments WHERE pull_id = ? ORDER BY id', pull.id)
      return c.json(pageOf(c, world, rows).map((row) => commentJson(world, pull, row)))
    }),
  )
  app.post(
    '/repos/:owner/:repo/issues/:number/comments',
    writePull(async (c, pull, actor) => {
      const body = await bodyOf(c, Body)
      if (E.isLeft(body)) return refuse(c, body.left)
      return reply(
        c,
        addComment(world, actor, pull, body.right.body),
        (row) => commentJson(world, pull, row),
        201,
      )
    }),
  )
}
