/** Listening on a port. */
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import * as E from 'fp-ts/lib/Either.js'
import { Hono } from 'hono'
import { codeOf, messageOf, problem, type Problem } from '../problem.js'

export interface Listening {
  readonly port: number
  readonly close: () => Promise<void>
}

const failure = (host: string, port: number, cause: unknown): Problem =>
  codeOf(cause) === 'EADDRINUSE'
    ? problem(
        'port-in-use',
        `${host}:${port}`,
        `Port ${port} is in use.`,
        'Stop what listens there, or choose another --port.',
      )
    : problem(
        'cannot-listen',
        `${host}:${port}`,
        `Can't listen (${messageOf(cause)}).`,
        'Choose another --port.',
      )

/** Serves `app`; port 0 is any free one. */
export const listen = (app: Hono, host: string, port: number): Promise<E.Either<Problem, Listening>> =>
  new Promise((done) => {
    const server = createAdaptorServer({ fetch: app.fetch }) as Server
    const close = (): Promise<void> =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
    server.once('error', (cause) => done(E.left(failure(host, port, cause))))
    server.listen(port, host, () => {
      const address = server.address()
      done(E.right({ port: typeof address === 'object' && address !== null ? address.port : port, close }))
    })
  })

/** Whether a port can be had now: asked before long work whose end is to listen there. */
export const probePort = async (host: string, port: number): Promise<E.Either<Problem, void>> => {
  const listening = await listen(new Hono(), host, port)
  if (E.isLeft(listening)) return listening
  await listening.right.close()
  return E.right(undefined)
}
