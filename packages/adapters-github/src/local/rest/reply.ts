import * as E from 'fp-ts/lib/Either.js'
import type { Context, Handler } from 'hono'
import type * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import { notFound, unprocessable, type Refusal } from '../failure.js'
import { findPull, findRepo } from '../store/lookups.js'
import type { PullRow, RepoRow, UserRow } from '../store/rows.js'
import type { World } from '../world.js'

/** What the door has found out before a route runs. */
export type Env = { Variables: { actor: UserRow | null } }
export type Ctx = Context<Env>

const DOCS = 'https://docs.github.com/rest'

/** GitHub's JSON for a refusal. */
export const refuse = (c: Ctx, refusal: Refusal): Response =>
  c.json(
    {
      message: refusal.message,
      ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
      documentation_url: DOCS,
      status: String(refusal.status),
    },
    refusal.status,
  )

/** The answer of an operation: its value as JSON, or its refusal. */
export const reply = <A>(
  c: Ctx,
  result: E.Either<Refusal, A>,
  json: (value: A) => unknown,
  status: 200 | 201 = 200,
) => (E.isLeft(result) ? refuse(c, result.left) : c.json(json(result.right) as object, status))

/** A request body that fits the codec, or GitHub's refusal of it. An empty body counts as `{}`. */
export const bodyOf = async <A>(c: Ctx, codec: t.Type<A, unknown>): Promise<E.Either<Refusal, A>> => {
  const text = await c.req.text()
  const parsed = E.tryCatch(
    () => (text === '' ? {} : (JSON.parse(text) as unknown)),
    (): Refusal => ({ status: 400, type: 'BAD_REQUEST', message: 'Problems parsing JSON' }),
  )
  if (E.isLeft(parsed)) return parsed
  const decoded = codec.decode(parsed.right)
  if (E.isRight(decoded)) return decoded
  return E.left(unprocessable(`Invalid request.\n\n${PathReporter.report(decoded).slice(0, 5).join('\n')}`))
}

const UNAUTHORIZED: Refusal = { status: 401, type: 'UNAUTHORIZED', message: 'Requires authentication' }

type Reader = (c: Ctx, repo: RepoRow) => Response | Promise<Response>
type Writer = (c: Ctx, repo: RepoRow, actor: UserRow) => Response | Promise<Response>
type PullReader = (c: Ctx, pull: PullRow, repo: RepoRow) => Response | Promise<Response>
type PullWriter = (c: Ctx, pull: PullRow, actor: UserRow, repo: RepoRow) => Response | Promise<Response>

/** Route makers: they find the repository (404), and for writes the caller (401), before the route runs. */
export const routesOf = (world: World) => {
  const repoOf = (c: Ctx) => findRepo(world.db, c.req.param('owner') ?? '', c.req.param('repo') ?? '')
  const visible = (c: Ctx, repo: RepoRow | undefined): repo is RepoRow =>
    repo !== undefined && (repo.private === 0 || c.get('actor') !== null)
  const read =
    (route: Reader): Handler<Env> =>
    (c) => {
      const repo = repoOf(c)
      return visible(c, repo) ? route(c, repo) : refuse(c, notFound())
    }
  const user =
    (route: (c: Ctx, actor: UserRow) => Response | Promise<Response>): Handler<Env> =>
    (c) => {
      const actor = c.get('actor')
      return actor === null ? refuse(c, UNAUTHORIZED) : route(c, actor)
    }
  const write = (route: Writer): Handler<Env> =>
    user((c, actor) => {
      const repo = repoOf(c)
      return repo === undefined ? refuse(c, notFound()) : route(c, repo, actor)
    })
  const pullOf = (c: Ctx, repo: RepoRow) => findPull(world.db, repo, Number(c.req.param('number')))
  const readPull = (route: PullReader): Handler<Env> =>
    read((c, repo) => {
      const pull = pullOf(c, repo)
      return pull === undefined ? refuse(c, notFound()) : route(c, pull, repo)
    })
  const writePull = (route: PullWriter): Handler<Env> =>
    write((c, repo, actor) => {
      const pull = pullOf(c, repo)
      return pull === undefined ? refuse(c, notFound()) : route(c, pull, actor, repo)
    })
  return { user, read, write, readPull, writePull }
}

/** One page of a list as `page` and `per_page` ask, with GitHub's `Link` header. */
export const pageOf = <A>(c: Ctx, world: World, items: ReadonlyArray<A>): ReadonlyArray<A> => {
  const number = (name: string, fallback: number, max: number) => {
    const n = Number(c.req.query(name) ?? fallback)
    return Number.isInteger(n) && n >= 1 ? Math.min(n, max) : fallback
  }
  const size = number('per_page', 30, 100)
  const page = number('page', 1, Number.MAX_SAFE_INTEGER)
  const last = Math.max(1, Math.ceil(items.length / size))
  const link = (to: number, rel: string) => {
    const query = new URLSearchParams({ ...c.req.query(), page: String(to) })
    return `<${world.url()}${c.req.path}?${query.toString()}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ]
  if (links.length > 0) c.header('Link', links.join(', '))
  return items.slice((page - 1) * size, page * size)
}
