import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import * as t from 'io-ts'
import { notFound } from '../failure.js'
import { fullRepoJson, repoJson } from '../json/repository.js'
import { profileJson } from '../json/user.js'
import { branchHead } from '../forge/refs.js'
import { createRepo, forkRepo, setDefaultBranch } from '../forge/repositories.js'
import { all } from '../store/database.js'
import { ensureUser, findUser, repoById } from '../store/lookups.js'
import type { RepoRow } from '../store/rows.js'
import type { World } from '../world.js'
import { bodyOf, pageOf, refuse, reply, routesOf, type Ctx, type Env } from './reply.js'

const NewRepo = t.intersection([
  t.type({ name: t.string }),
  t.partial({ description: t.union([t.string, t.null]), private: t.boolean, auto_init: t.boolean }),
])
const RepoChange = t.partial({ default_branch: t.string })
const Fork = t.partial({ organization: t.string })

/** Users, repositories and forks. */
export const repositoryRoutes = (app: Hono<Env>, world: World): void => {
  const { user, read, write } = routesOf(world)
  const create = async (c: Ctx, owner: string) => {
    const body = await bodyOf(c, NewRepo)
    const actor = c.get('actor')
    if (E.isLeft(body) || actor === null) return refuse(c, E.isLeft(body) ? body.left : notFound())
    const input = { ...body.right, autoInit: body.right.auto_init }
    return reply(c, await createRepo(world, actor, owner, input), (repo) => fullRepoJson(world, repo), 201)
  }
  app.get(
    '/user',
    user((c, actor) => c.json(profileJson(world, actor))),
  )
  app.get('/users/:login', (c) => {
    const found = findUser(world.db, c.req.param('login'))
    return found === undefined ? refuse(c, notFound()) : c.json(profileJson(world, found))
  })
  app.post(
    '/user/repos',
    user((c, actor) => create(c, actor.login)),
  )
  app.post(
    '/orgs/:org/repos',
    user((c) => {
      const org = c.req.param('org') ?? ''
      ensureUser(world, org, 'Organization')
      return create(c, org)
    }),
  )
  const list = (c: Ctx, owner: string) => {
    const rows = all<RepoRow>(world.db, 'SELECT * FROM repositories WHERE owner = ? ORDER BY name', owner)
    return c.json(pageOf(c, world, rows).map((repo) => repoJson(world, repo)))
  }
  app.get(
    '/user/repos',
    user((c, actor) => list(c, actor.login)),
  )
  app.get('/users/:login/repos', (c) => list(c, c.req.param('login')))
  app.get('/orgs/:login/repos', (c) => list(c, c.req.param('login')))
  app.get(
    '/repos/:owner/:repo',
    read((c, repo) => c.json(fullRepoJson(world, repo))),
  )
  app.patch(
    '/repos/:owner/:repo',
    write(async (c, repo) => {
      const body = await bodyOf(c, RepoChange)
      if (E.isLeft(body)) return refuse(c, body.left)
      const branch = body.right.default_branch ?? repo.default_branch
      const head = branchHead(world, repo, branch)
      if (E.isLeft(head)) return refuse(c, { ...head.left, status: 422 })
      await setDefaultBranch(world, repo, branch)
      return c.json(fullRepoJson(world, repoById(world.db, repo.id)))
    }),
  )
  app.post(
    '/repos/:owner/:repo/forks',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, Fork)
      if (E.isLeft(body)) return refuse(c, body.left)
      const owner = body.right.organization ?? actor.login
      const forked = await forkRepo(world, actor, repo, owner)
      if (E.isLeft(forked)) return refuse(c, forked.left)
      return c.json(fullRepoJson(world, forked.right), 202)
    }),
  )
}
