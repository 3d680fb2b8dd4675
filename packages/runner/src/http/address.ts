/** Paths of branches and pull requests, and back. */
import type { BranchName } from '@headgate/core'
import type { Context } from 'hono'
import type { Actor } from '../shell/actor.js'

/** The path of a branch; a `/` in its name is escaped. */
export const branchPath = (name: BranchName): string => {
  const parts = [...name.repository.split('/'), name.branch]
  return `/branches/${parts.map(encodeURIComponent).join('/')}`
}

/** The path of the page that says why a pull request has not merged. */
export const pullRequestPath = (name: BranchName, number: number): string =>
  `${branchPath(name)}/prs/${number}`

/** The watched branch that a route names. */
export const actorOf = (actors: ReadonlyArray<Actor>, c: Context): Actor | undefined => {
  const repository = `${c.req.param('owner') ?? ''}/${c.req.param('repo') ?? ''}`
  const branch = c.req.param('branch')
  return actors.find((a) => a.name.repository === repository && a.name.branch === branch)
}
