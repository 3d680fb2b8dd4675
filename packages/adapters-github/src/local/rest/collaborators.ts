import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import * as t from 'io-ts'
import { notFound } from '../failure.js'
import { userJson } from '../json/user.js'
import { one, run } from '../store/database.js'
import { ensureUser, findUser } from '../store/lookups.js'
import type { RepoRow, UserRow } from '../store/rows.js'
import type { World } from '../world.js'
import { bodyOf, refuse, routesOf, type Env } from './reply.js'

/** GitHub's words when a role is given; `pull` and `push` are those that it reports as `read` and `write`. */
const Given = t.partial({
  permission: t.keyof({ pull: null, triage: null, push: null, maintain: null, admin: null }),
})
const ROLES = { pull: 'read', triage: 'triage', push: 'write', maintain: 'maintain', admin: 'admin' } as const
type Role = (typeof ROLES)[keyof typeof ROLES]

/** The four grades from before there were `triage` and `maintain`. */
const PERMISSION: Readonly<Record<Role, string>> = {
  read: 'read',
  triage: 'read',
  write: 'write',
  maintain: 'write',
  admin: 'admin',
}

/** The owner is admin; who was given nothing may read what is public. */
const roleOf = (world: World, repo: RepoRow, user: UserRow): Role | undefined => {
  if (user.login.toLowerCase() === repo.owner.toLowerCase()) return 'admin'
  const sql = 'SELECT role FROM collaborators WHERE repo_id = ? AND user_id = ?'
  const row = one<{ readonly role: Role }>(world.db, sql, repo.id, user.id)
  return row?.role ?? (repo.private === 0 ? 'read' : undefined)
}

/** Who may do what. Roles are shown, not enforced: whoever has a token here may do everything. */
export const collaboratorRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write } = routesOf(world)
  const path = '/repos/:owner/:repo/collaborators/:username'
  app.get(
    `${path}/permission`,
    read((c, repo) => {
      const user = findUser(world.db, c.req.param('username') ?? '')
      if (user === undefined) return refuse(c, notFound())
      const role = roleOf(world, repo, user)
      const permission = role === undefined ? 'none' : PERMISSION[role]
      return c.json({ permission, role_name: role ?? 'none', user: userJson(world, user) })
    }),
  )
  app.put(
    path,
    write(async (c, repo) => {
      const body = await bodyOf(c, Given)
      if (E.isLeft(body)) return refuse(c, body.left)
      const user = ensureUser(world, c.req.param('username') ?? '')
      const sql =
        'INSERT INTO collaborators (repo_id, user_id, role) VALUES (?, ?, ?) ON CONFLICT (repo_id, user_id) DO UPDATE SET role = excluded.role'
      run(world.db, sql, repo.id, user.id, ROLES[body.right.permission ?? 'push'])
      return c.body(null, 204)
    }),
  )
}
