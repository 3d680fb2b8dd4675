import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import { notFound } from '../failure.js'
import { readCommit } from '../git/commits.js'
import { commitJson } from '../json/commit.js'
import { repoUrl } from '../json/repository.js'
import { appJson, userJson } from '../json/user.js'
import { protect, protectionOf, type Protection } from '../forge/protection.js'
import { branchHead, mayAdminister } from '../forge/refs.js'
import { ensureUser, refsUnder } from '../store/lookups.js'
import type { RepoRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'
import { ProtectionBody, rulesOf } from './protectionBody.js'
import { bodyOf, pageOf, refuse, routesOf, type Env } from './reply.js'

const protectionJson = (world: World, repo: RepoRow, branch: string, rules: Protection) => {
  const url = `${repoUrl(world, repo)}/branches/${encodeURIComponent(branch)}/protection`
  const logins = (names: ReadonlyArray<string>) =>
    names.map((login) => userJson(world, ensureUser(world, login)))
  const slugs = (names: ReadonlyArray<string>) =>
    names.map((slug) => appJson(world, ensureUser(world, `${slug}[bot]`)))
  const { checks, reviews, restrictions } = rules
  return {
    url,
    ...(checks === null
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: checks.strict,
            contexts: checks.required.map((r) => r.context),
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: checks.required.map((r) => ({ context: r.context, app_id: r.appId })),
          },
        }),
    ...(reviews === null
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: reviews.dismissStale,
            require_code_owner_reviews: false,
            require_last_push_approval: false,
            required_approving_review_count: reviews.count,
            bypass_pull_request_allowances: {
              users: logins(reviews.bypassUsers),
              teams: [],
              apps: slugs(reviews.bypassApps),
            },
          },
        }),
    enforce_admins: { url: `${url}/enforce_admins`, enabled: rules.enforceAdmins },
    ...(restrictions === null
      ? {}
      : {
          restrictions: {
            url: `${url}/restrictions`,
            users_url: `${url}/restrictions/users`,
            teams_url: `${url}/restrictions/teams`,
            apps_url: `${url}/restrictions/apps`,
            users: logins(restrictions.users),
            teams: [],
            apps: slugs(restrictions.apps),
          },
        }),
    required_linear_history: { enabled: rules.linearHistory },
    allow_force_pushes: { enabled: rules.allowForcePushes },
    allow_deletions: { enabled: rules.allowDeletions },
  }
}

/** Branches and their protection. */
export const branchRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write } = routesOf(world)
  const brief = (repo: RepoRow, name: string, sha: string) => ({
    name,
    commit: { sha, url: `${repoUrl(world, repo)}/commits/${sha}` },
    protected: protectionOf(world, repo, name) !== null,
  })
  app.get(
    '/repos/:owner/:repo/branches',
    read((c, repo) => {
      const rows = refsUnder(world.db, repo, 'refs/heads/')
      return c.json(pageOf(c, world, rows).map((r) => brief(repo, r.name.slice('refs/heads/'.length), r.sha)))
    }),
  )
  const path = '/repos/:owner/:repo/branches/:branch/protection'
  app.get(
    path,
    read((c, repo) => {
      const branch = c.req.param('branch') ?? ''
      const rules = protectionOf(world, repo, branch)
      return rules === null
        ? refuse(c, notFound('Branch not protected'))
        : c.json(protectionJson(world, repo, branch, rules))
    }),
  )
  app.put(
    path,
    write(async (c, repo, actor) => {
      const branch = c.req.param('branch') ?? ''
      const [allowed, head] = [mayAdminister(repo, actor), branchHead(world, repo, branch)]
      if (E.isLeft(allowed)) return refuse(c, allowed.left)
      if (E.isLeft(head)) return refuse(c, head.left)
      const body = await bodyOf(c, ProtectionBody)
      if (E.isLeft(body)) return refuse(c, body.left)
      const rules = rulesOf(body.right)
      protect(world, repo, branch, rules)
      return c.json(protectionJson(world, repo, branch, rules))
    }),
  )
  app.delete(
    path,
    write((c, repo, actor) => {
      const allowed = mayAdminister(repo, actor)
      if (E.isLeft(allowed)) return refuse(c, allowed.left)
      protect(world, repo, c.req.param('branch') ?? '', null)
      return c.body(null, 204)
    }),
  )
  app.get(
    '/repos/:owner/:repo/branches/:branch{.+}',
    read(async (c, repo) => {
      const branch = c.req.param('branch') ?? ''
      const head = branchHead(world, repo, branch)
      if (E.isLeft(head)) return refuse(c, head.left)
      const commit = await readCommit(gitDir(world, repo), head.right, world.commits)
      const full = commit === null ? {} : { commit: commitJson(world, repo, commit) }
      const url = `${repoUrl(world, repo)}/branches/${encodeURIComponent(branch)}`
      const html = `${world.url()}/${repo.owner}/${repo.name}/tree/${branch}`
      const rules = protectionOf(world, repo, branch)
      const protection = rules === null ? { enabled: false } : protectionJson(world, repo, branch, rules)
      return c.json({
        ...brief(repo, branch, head.right),
        ...full,
        _links: { self: url, html },
        protection,
        protection_url: `${url}/protection`,
      })
    }),
  )
}
