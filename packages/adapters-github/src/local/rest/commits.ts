import * as E from 'fp-ts/lib/Either.js'
import type { Hono } from 'hono'
import * as t from 'io-ts'
import { notFound } from '../failure.js'
import { mergeBranch } from '../forge/merge.js'
import { commitsBetween, mergeBase, readCommit, resolve } from '../git/commits.js'
import { changedFiles, type FileChange } from '../git/merge.js'
import { git, gitOrBroken, lines } from '../git/run.js'
import { commitJson } from '../json/commit.js'
import { repoUrl } from '../json/repository.js'
import { refSha } from '../store/lookups.js'
import type { RepoRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'
import { bodyOf, pageOf, refuse, routesOf, type Env } from './reply.js'

const Merge = t.intersection([
  t.type({ base: t.string, head: t.string }),
  t.partial({ commit_message: t.string }),
])

/** The commit a REST `ref` parameter names: a branch, a tag, `heads/x`, or a (short) SHA. */
export const commitOf = async (world: World, repo: RepoRow, ref: string): Promise<string | null> => {
  const name = [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`].find(
    (n) => refSha(world.db, repo, n) !== null,
  )
  if (name === undefined && !/^[0-9a-f]{4,40}$/.test(ref)) return null
  return (await resolve(gitDir(world, repo), `${name ?? ref}^{commit}`))?.sha ?? null
}

const compare = async (world: World, repo: RepoRow, base: string, head: string) => {
  const dir = gitDir(world, repo)
  const fork = await mergeBase(dir, base, head)
  if (fork === null) return null
  const [ahead, behind, files] = await Promise.all([
    commitsBetween(dir, base, head),
    commitsBetween(dir, head, base),
    changedFiles(dir, fork, head),
  ])
  const read = async (sha: string) => {
    const commit = await readCommit(dir, sha, world.commits)
    return commit === null ? [] : [commitJson(world, repo, commit)]
  }
  const both = ahead.length > 0 && behind.length > 0
  const url = `${repoUrl(world, repo)}/compare/${base}...${head}`
  const html = `${world.url()}/${repo.owner}/${repo.name}/compare/${base}...${head}`
  return {
    url,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    status: both ? 'diverged' : ahead.length > 0 ? 'ahead' : behind.length > 0 ? 'behind' : 'identical',
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    base_commit: (await read(base))[0],
    merge_base_commit: (await read(fork))[0],
    commits: (await Promise.all(ahead.slice(0, 250).map((c) => read(c.sha)))).flat(),
    files: files.slice(0, 300).map(fileJson(world, repo, head)),
  }
}

/** A changed file at a commit, as `compare`, `commits` and `pulls/N/files` show it. */
export const fileJson = (world: World, repo: RepoRow, at: string) => (file: FileChange) => ({
  sha: file.sha,
  filename: file.path,
  blob_url: `${world.url()}/${repo.owner}/${repo.name}/blob/${at}/${encodeURI(file.path)}`,
  raw_url: `${world.url()}/${repo.owner}/${repo.name}/raw/${at}/${encodeURI(file.path)}`,
  contents_url: `${repoUrl(world, repo)}/contents/${encodeURI(file.path)}?ref=${at}`,
  status: file.status,
  additions: file.additions,
  deletions: file.deletions,
  changes: file.additions + file.deletions,
  ...(file.previous === null ? {} : { previous_filename: file.previous }),
})

const contentRoute = (app: Hono<Env>, world: World): void => {
  const { read } = routesOf(world)
  app.get(
    '/repos/:owner/:repo/contents/:path{.+}',
    read(async (c, repo) => {
      const path = c.req.param('path') ?? ''
      const at = await commitOf(world, repo, c.req.query('ref') ?? repo.default_branch)
      const found = at === null ? null : await resolve(gitDir(world, repo), `${at}:${path}`)
      if (found === null || found.type !== 'blob') return refuse(c, notFound())
      const text = await gitOrBroken(gitDir(world, repo), ['cat-file', 'blob', found.sha])
      if ((c.req.header('accept') ?? '').includes('raw')) return c.text(text)
      const content = Buffer.from(text).toString('base64')
      const url = `${repoUrl(world, repo)}/contents/${path}`
      const name = path.slice(path.lastIndexOf('/') + 1)
      return c.json({
        type: 'file',
        encoding: 'base64',
        size: text.length,
        name,
        path,
        content,
        sha: found.sha,
        url,
      })
    }),
  )
}

/** Commits, comparisons, file contents and branch merges. */
export const commitRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write } = routesOf(world)
  contentRoute(app, world)
  app.get(
    '/repos/:owner/:repo/commits',
    read(async (c, repo) => {
      const tip = await commitOf(world, repo, c.req.query('sha') ?? repo.default_branch)
      if (tip === null) return refuse(c, notFound())
      const out = await git(gitDir(world, repo), ['rev-list', '--max-count=10000', tip, '--'])
      const page = pageOf(c, world, lines(out.stdout))
      const commits = await Promise.all(
        page.map((sha) => readCommit(gitDir(world, repo), sha, world.commits)),
      )
      return c.json(commits.flatMap((commit) => (commit === null ? [] : [commitJson(world, repo, commit)])))
    }),
  )
  app.get(
    '/repos/:owner/:repo/commits/:ref{.+}',
    read(async (c, repo) => {
      const dir = gitDir(world, repo)
      const sha = await commitOf(world, repo, c.req.param('ref') ?? '')
      const commit = sha === null ? null : await readCommit(dir, sha, world.commits)
      if (commit === null)
        return refuse(c, { ...notFound(`No commit found for SHA: ${c.req.param('ref')}`), status: 422 })
      const empty = '4b825dc642cb6eb9a060e54bf8d69288fbee4904'
      const files = await changedFiles(dir, commit.parents[0] ?? empty, commit.sha)
      return c.json({
        ...commitJson(world, repo, commit),
        files: files.map(fileJson(world, repo, commit.sha)),
      })
    }),
  )
  app.get(
    '/repos/:owner/:repo/compare/:range{.+}',
    read(async (c, repo) => {
      const [base = '', head = ''] = (c.req.param('range') ?? '').split('...')
      const [from, to] = await Promise.all([commitOf(world, repo, base), commitOf(world, repo, head)])
      const answer = from === null || to === null ? null : await compare(world, repo, from, to)
      return answer === null ? refuse(c, notFound()) : c.json(answer)
    }),
  )
  app.post(
    '/repos/:owner/:repo/merges',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, Merge)
      if (E.isLeft(body)) return refuse(c, body.left)
      const head = await commitOf(world, repo, body.right.head)
      if (head === null) return refuse(c, notFound('Head does not exist'))
      const wish = {
        base: body.right.base,
        head,
        headLabel: body.right.head,
        message: body.right.commit_message,
      }
      const merged = await mergeBranch(world, actor, repo, wish)
      if (E.isLeft(merged)) return refuse(c, merged.left)
      if (merged.right === null) return c.body(null, 204)
      const commit = await readCommit(gitDir(world, repo), merged.right, world.commits)
      return commit === null ? refuse(c, notFound()) : c.json(commitJson(world, repo, commit), 201)
    }),
  )
}
