import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { createServer, type Server } from 'node:http'
import * as E from 'fp-ts/lib/Either.js'
import { makeApp } from './app.js'
import { faultyApi } from './faults/apiDoor.js'
import { faultyGit } from './faults/gitDoor.js'
import type { LocalGithubError } from './failure.js'
import { isGitRequest, serveGit } from './gitServer.js'
import type { World } from './world.js'

/** A server that listens; `close` ends it and its open connections. */
export type Listening = { readonly port: number; readonly close: () => Promise<void> }

const listen = (server: Server, host: string, port: number): Promise<E.Either<LocalGithubError, number>> =>
  new Promise((done) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const place = `${host}:${port}`
      const busy = error.code === 'EADDRINUSE'
      done(
        E.left({
          code: busy ? 'port_in_use' : 'listen_failed',
          sentence: busy ? `Port ${port} is in use by another program.` : `Can't listen: ${error.message}`,
          place,
          remedy: busy
            ? 'Stop the other program, or choose another port (0: any free one).'
            : 'Choose another port.',
        }),
      )
    })
    server.listen(port, host, () => {
      const address = server.address()
      done(E.right(typeof address === 'object' && address !== null ? address.port : port))
    })
  })

/** The API for Node's server; an answer that a fault swallows breaks the connection. */
const makeApi = (world: World) => {
  const serveApi = faultyApi(world, makeApp(world).fetch)
  return getRequestListener(async (request, env) => {
    const answer = await serveApi(request)
    if (answer !== null) return answer
    ;(env as HttpBindings).outgoing.destroy()
    return new Response(null)
  })
}

/**
 * Serves a world on one loopback port: the API by JSON, and git's smart HTTP protocol. Requests wait until `ready`:
 * the port (and so the address in every answer) is known before the state is in order.
 */
export const serve = async (
  world: World,
  host: string,
  port: number,
  ready: Promise<void>,
): Promise<E.Either<LocalGithubError, Listening>> => {
  const api = makeApi(world)
  const git = faultyGit(world, (request, response) => serveGit(world, request, response))
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      await ready
      await (isGitRequest(request.url ?? '') ? git : api)(request, response)
    }
    answer().catch(() => {
      // A client that went away, or a broken repository: there is nobody or nothing left to tell.
      if (!response.headersSent) response.statusCode = 500
      response.end()
    })
  })
  // Pushes of large repositories take their time.
  server.requestTimeout = 0
  const bound = await listen(server, host, port)
  if (E.isLeft(bound)) return bound
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done())
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 500).unref()
    })
  return E.right({ port: bound.right, close })
}
