/** Pages for people and the same as JSON for programs. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { map, toUndefined } from 'fp-ts/lib/Option.js'
import type { Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { Explanation, explainPullRequest, prNumber } from '@headgate/core'
import { branchView } from '../view/branch.js'
import type { Actor } from '../shell/actor.js'
import { actorOf } from './address.js'
import type { HttpDeps } from './deps.js'
import { SCRIPT, STYLE } from './page/layout.js'
import { overviewPage } from './page/overview.js'
import { pullRequestPage, type PullRequestPage } from './page/pullRequest.js'
import { notFoundReply } from './reply.js'

const DECISIONS_SHOWN = 40
/** Pages that are open hear of changes at most this often. */
const EVENT_PAUSE_MS = 300
/** A sign of life, so that proxies keep the connection. */
const HEARTBEAT_MS = 15_000

const needsToken = (deps: HttpDeps): boolean => {
  const token = deps.operatorToken()
  return E.isLeft(token) || token.right !== undefined
}

const events = (c: Context, deps: HttpDeps): Response =>
  streamSSE(c, async (stream) => {
    let open = true
    let wake: (() => void) | undefined
    let news = false
    const unsubscribe = deps.subscribe(() => {
      news = true
      wake?.()
    })
    stream.onAbort(() => {
      open = false
      wake?.()
    })
    while (open) {
      if (!news)
        await new Promise<void>((go) => {
          const timer = setTimeout(go, HEARTBEAT_MS)
          wake = () => {
            clearTimeout(timer)
            go()
          }
        })
      if (!open) break
      await stream.writeSSE({ event: news ? 'changed' : 'alive', data: '' })
      news = false
      await stream.sleep(EVENT_PAUSE_MS)
    }
    unsubscribe()
  })

/** What is known of the pull request that a route names. */
const pullRequestPageOf = (c: Context, actor: Actor): PullRequestPage => {
  const number = prNumber(Number(c.req.param('number')))
  const state = actor.state()
  const view = branchView(state)
  return {
    name: actor.name,
    number,
    open: view.open.find((pr) => pr.number === number),
    landed: view.landed.find((landed) => landed.number === number),
    explanation: pipe(explainPullRequest(state, number), map(Explanation.encode), toUndefined),
    decisions: actor.decisions(DECISIONS_SHOWN, number),
  }
}

const pullRequestJson = (c: Context, deps: HttpDeps): Response => {
  const actor = actorOf(deps.actors, c)
  if (actor === undefined) return notFoundReply(c, 'The branch')
  const { open, landed, explanation } = pullRequestPageOf(c, actor)
  if (open === undefined && landed === undefined) return notFoundReply(c, 'The pull request')
  return c.json({ open: open ?? null, landed: landed ?? null, explanation: explanation ?? null })
}

const pullRequest = (c: Context, deps: HttpDeps): Response | Promise<Response> => {
  const actor = actorOf(deps.actors, c)
  if (actor === undefined) return notFoundReply(c, 'The branch')
  const page = pullRequestPageOf(c, actor)
  const known = page.open !== undefined || page.landed !== undefined || page.decisions.length > 0
  return c.html(pullRequestPage(page, needsToken(deps)), known ? 200 : 404)
}

const overview = (c: Context, deps: HttpDeps, actors: ReadonlyArray<Actor>): Response | Promise<Response> => {
  const sections = actors.map((actor) => ({
    name: actor.name,
    view: branchView(actor.state()),
    decisions: actor.decisions(DECISIONS_SHOWN),
  }))
  return c.html(overviewPage(sections, needsToken(deps)))
}

/** GET routes. */
export const pageRoutes = (app: Hono, deps: HttpDeps): void => {
  app.get('/', (c) => overview(c, deps, deps.actors))
  app.get('/branches/:owner/:repo/:branch', (c) => {
    const actor = actorOf(deps.actors, c)
    return actor === undefined ? notFoundReply(c, 'The branch') : overview(c, deps, [actor])
  })
  app.get('/branches/:owner/:repo/:branch/prs/:number{[0-9]+}', (c) => pullRequest(c, deps))
  app.get('/api/branches', (c) => c.json(deps.actors.map((actor) => branchView(actor.state()))))
  app.get('/api/branches/:owner/:repo/:branch', (c) => {
    const actor = actorOf(deps.actors, c)
    return actor === undefined ? notFoundReply(c, 'The branch') : c.json(branchView(actor.state()))
  })
  app.get('/api/branches/:owner/:repo/:branch/prs/:number{[0-9]+}', (c) => pullRequestJson(c, deps))
  app.get('/events', (c) => events(c, deps))
  app.get('/headgate.css', (c) => c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/headgate.js', (c) => c.body(SCRIPT, 200, { 'content-type': 'text/javascript; charset=utf-8' }))
}
