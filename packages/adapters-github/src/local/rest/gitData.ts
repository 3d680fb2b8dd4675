import * as E from 'fp-ts/lib/Either.js'
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Hono } from 'hono'
import * as t from 'io-ts'
import { notFound, unprocessable } from '../failure.js'
import { readCommit, resolve, writeCommit } from '../git/commits.js'
import { git, gitOrBroken, lines } from '../git/run.js'
import { gitCommitJson, refJson, signatureOf } from '../json/commit.js'
import { repoUrl } from '../json/repository.js'
import { changeRefs, createRef, updateRef } from '../forge/refs.js'
import { refSha, refsUnder } from '../store/lookups.js'
import type { RepoRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'
import { bodyOf, pageOf, refuse, reply, routesOf, type Ctx, type Env } from './reply.js'

const NewRef = t.type({ ref: t.string, sha: t.string })
const RefMove = t.intersection([t.type({ sha: t.string }), t.partial({ force: t.boolean })])
const NewBlob = t.intersection([t.type({ content: t.string }), t.partial({ encoding: t.string })])
const NewTree = t.intersection([
  t.type({
    tree: t.array(
      t.intersection([
        t.type({ path: t.string, mode: t.string }),
        t.partial({ type: t.string, sha: t.union([t.string, t.null]), content: t.string }),
      ]),
    ),
  }),
  t.partial({ base_tree: t.string }),
])
const NewCommit = t.intersection([
  t.type({ message: t.string, tree: t.string }),
  t.partial({ parents: t.array(t.string) }),
])

const refRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write } = routesOf(world)
  const named = (c: Ctx) => `refs/${(c.req.param('ref') ?? '').replace(/^refs\//, '')}`
  const shown = (repo: RepoRow, name: string) => {
    const sha = refSha(world.db, repo, name)
    return sha === null ? null : refJson(world, repo, { name, sha })
  }
  app.get(
    '/repos/:owner/:repo/git/ref/:ref{.+}',
    read((c, repo) => {
      const ref = shown(repo, named(c))
      return ref === null ? refuse(c, notFound()) : c.json(ref)
    }),
  )
  const matching = read((c, repo) => {
    const rows = refsUnder(world.db, repo, named(c))
    return c.json(pageOf(c, world, rows).map((row) => refJson(world, repo, row)))
  })
  app.get('/repos/:owner/:repo/git/matching-refs/:ref{.+}', matching)
  app.get('/repos/:owner/:repo/git/refs', matching)
  app.get(
    '/repos/:owner/:repo/git/refs/:ref{.+}',
    read((c, repo) => {
      const ref = shown(repo, named(c))
      return ref === null ? refuse(c, notFound()) : c.json(ref)
    }),
  )
  app.post(
    '/repos/:owner/:repo/git/refs',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, NewRef)
      if (E.isLeft(body)) return refuse(c, body.left)
      const made = await createRef(world, actor, repo, body.right.ref, body.right.sha)
      return reply(c, made, () => shown(repo, body.right.ref), 201)
    }),
  )
  app.patch(
    '/repos/:owner/:repo/git/refs/:ref{.+}',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, RefMove)
      if (E.isLeft(body)) return refuse(c, body.left)
      const name = named(c)
      const moved = await updateRef(world, actor, repo, name, body.right.sha, body.right.force ?? false)
      return reply(c, moved, () => shown(repo, name))
    }),
  )
  app.delete(
    '/repos/:owner/:repo/git/refs/:ref{.+}',
    write(async (c, repo, actor) => {
      const gone = await changeRefs(world, actor, repo, [{ name: named(c), after: null, force: true }])
      return E.isLeft(gone) ? refuse(c, gone.left) : c.body(null, 204)
    }),
  )
}

const treeRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write } = routesOf(world)
  app.post(
    '/repos/:owner/:repo/git/blobs',
    write(async (c, repo) => {
      const body = await bodyOf(c, NewBlob)
      if (E.isLeft(body)) return refuse(c, body.left)
      const { content, encoding } = body.right
      const input = encoding === 'base64' ? Buffer.from(content, 'base64') : content
      const out = await gitOrBroken(gitDir(world, repo), ['hash-object', '-w', '--stdin'], { input })
      return c.json({ sha: out.trim(), url: `${repoUrl(world, repo)}/git/blobs/${out.trim()}` }, 201)
    }),
  )
  app.get(
    '/repos/:owner/:repo/git/trees/:sha',
    read(async (c, repo) => {
      const recursive = c.req.query('recursive') === undefined ? [] : ['-r', '-t']
      const found = await resolve(gitDir(world, repo), `${c.req.param('sha')}^{tree}`)
      if (found === null) return refuse(c, notFound())
      const out = await gitOrBroken(gitDir(world, repo), ['ls-tree', '-l', ...recursive, found.sha])
      const tree = lines(out).map((line) => {
        const [, mode = '', type = '', sha = '', size = '', path = ''] =
          /^(\d+) (\w+) ([0-9a-f]{40}) +(\S+)\t(.*)$/.exec(line) ?? []
        return { path, mode, type, sha, ...(size === '-' ? {} : { size: Number(size) }) }
      })
      return c.json({
        sha: found.sha,
        url: `${repoUrl(world, repo)}/git/trees/${found.sha}`,
        tree,
        truncated: false,
      })
    }),
  )
  app.post(
    '/repos/:owner/:repo/git/trees',
    write(async (c, repo) => {
      const body = await bodyOf(c, NewTree)
      if (E.isLeft(body)) return refuse(c, body.left)
      const dir = gitDir(world, repo)
      const index = `${dir}/index.${randomUUID()}`
      const env = { GIT_INDEX_FILE: index }
      const based = await git(dir, ['read-tree', body.right.base_tree ?? '--empty'], { env })
      if (based.code !== 0) return refuse(c, notFound())
      const entries: Array<string> = []
      for (const entry of body.right.tree) {
        const args = ['hash-object', '-w', '--stdin']
        const sha =
          entry.content === undefined
            ? (entry.sha ?? null)
            : (await gitOrBroken(dir, args, { input: entry.content })).trim()
        entries.push(
          sha === null ? `0 ${'0'.repeat(40)}\t${entry.path}` : `${entry.mode} ${sha}\t${entry.path}`,
        )
      }
      const put = await git(dir, ['update-index', '-z', '--index-info'], {
        env,
        input: entries.map((e) => `${e}\0`).join(''),
      })
      const written = await git(dir, ['write-tree'], { env })
      await rm(index, { force: true })
      if (put.code !== 0 || written.code !== 0)
        return refuse(c, unprocessable('tree.sha is not a valid object'))
      const sha = written.stdout.trim()
      return c.json({ sha, url: `${repoUrl(world, repo)}/git/trees/${sha}`, tree: [], truncated: false }, 201)
    }),
  )
}

/** The git database: refs, commits, trees and blobs. */
export const gitDataRoutes = (app: Hono<Env>, world: World): void => {
  const { read, write } = routesOf(world)
  refRoutes(app, world)
  treeRoutes(app, world)
  app.get(
    '/repos/:owner/:repo/git/commits/:sha',
    read(async (c, repo) => {
      const commit = await readCommit(gitDir(world, repo), c.req.param('sha') ?? '', world.commits)
      return commit === null ? refuse(c, notFound()) : c.json(gitCommitJson(world, repo, commit))
    }),
  )
  app.post(
    '/repos/:owner/:repo/git/commits',
    write(async (c, repo, actor) => {
      const body = await bodyOf(c, NewCommit)
      if (E.isLeft(body)) return refuse(c, body.left)
      const dir = gitDir(world, repo)
      const parents = body.right.parents ?? []
      const found = await Promise.all([body.right.tree, ...parents].map((sha) => resolve(dir, sha)))
      const wrong = found.some((o, i) => o === null || o.type !== (i === 0 ? 'tree' : 'commit'))
      if (wrong) return refuse(c, unprocessable('Tree SHA or Parent SHA does not exist'))
      const committer = signatureOf(world, actor)
      const sha = await writeCommit(dir, {
        tree: body.right.tree,
        parents,
        message: body.right.message,
        committer,
      })
      const commit = await readCommit(dir, sha, world.commits)
      return commit === null ? refuse(c, notFound()) : c.json(gitCommitJson(world, repo, commit), 201)
    }),
  )
}
