import type { World } from '../world.js'
import { act } from './acts.js'
import { rateLimited, serverError } from './answers.js'
import { makeAnswerMemory, responseOf } from './memory.js'
import type { Fault } from './plan.js'
import type { Occasion } from './script.js'

type Serve = (request: Request) => Response | Promise<Response>

/** `null`: break the connection without an answer. */
type FaultyServe = (request: Request) => Promise<Response | null>

/** Where faults are set is not itself faulty. */
const FAULTS_PATH = '/_faults'

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

/** Waits as long as a latency among the faults asks for. */
export const lag = ({ faults }: World, struck: ReadonlyArray<Fault>): Promise<void> | undefined => {
  const found = struck.find((f) => f._tag === 'Latency')
  return found === undefined ? undefined : pause(found.minMs + faults.draw() * (found.maxMs - found.minMs))
}

const decoded = (path: string): string => {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

const occasionOf = (request: Request, body: string): Occasion => ({
  on: 'api',
  method: request.method,
  path: decoded(new URL(request.url).pathname),
  body,
  event: '',
})

const isGraphql = ({ path }: Occasion): boolean => path.endsWith('/graphql')
const isRead = (occasion: Occasion): boolean =>
  occasion.method === 'GET' || (isGraphql(occasion) && !/"query":"\s*mutation/.test(occasion.body))

/** The API with the faults of the script before it. */
export const faultyApi = (world: World, serve: Serve): FaultyServe => {
  const memory = makeAnswerMemory()

  const remembering = async (request: Request, occasion: Occasion): Promise<Response> => {
    const answer = await serve(request)
    if (!isRead(occasion)) return answer
    const body = await answer.clone().arrayBuffer()
    const { status } = answer
    memory.keep(questionOf(request, occasion), {
      at: world.now(),
      status,
      headers: [...answer.headers],
      body,
    })
    return answer
  }

  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === FAULTS_PATH || !world.faults.isOn()) return serve(request)
    const occasion = occasionOf(request, await request.clone().text())
    const faults = world.faults.strike(occasion)
    await lag(world, faults)
    for (const fault of faults) await act(world, fault)
    for (const fault of faults) {
      const instead = before(world, fault, occasion)
      if (instead !== undefined) return instead
      if (fault._tag !== 'Stale' || !isRead(occasion)) continue
      const old = memory.old(questionOf(request, occasion), world.now(), fault.maxAgeMs)
      if (old !== undefined) return responseOf(old)
    }
    const answer = await remembering(request, occasion)
    return faults.reduce<Response | null>((now, fault) => after(fault, now), answer)
  }
}

const questionOf = (request: Request, { method, body }: Occasion): string =>
  [method, request.url, request.headers.get('authorization') ?? '', body].join('\n')

/** What is answered instead of serving the request; undefined: it is served. */
const before = (world: World, fault: Fault, occasion: Occasion): Response | null | undefined => {
  switch (fault._tag) {
    case 'ServerError':
      return fault.effect === 'before' ? serverError(fault.status) : undefined
    case 'Cut':
      return fault.effect === 'before' ? null : undefined
    case 'RateLimit':
      return rateLimited(fault, isGraphql(occasion), world.now())
    default:
      return undefined
  }
}

/** What is answered when the request has had its effect. */
const after = (fault: Fault, answer: Response | null): Response | null => {
  switch (fault._tag) {
    case 'ServerError':
      return serverError(fault.status)
    case 'Cut':
      return null
    default:
      return answer
  }
}
