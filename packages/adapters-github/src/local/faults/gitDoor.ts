import { ServerResponse, type IncomingMessage } from 'node:http'
import type { World } from '../world.js'
import { act } from './acts.js'
import { lag } from './apiDoor.js'
import type { Fault } from './plan.js'

type Serve = (request: IncomingMessage, response: ServerResponse) => Promise<void>

const instead = (fault: Fault, response: ServerResponse, moment: 'before' | 'after'): boolean => {
  switch (fault._tag) {
    case 'ServerError':
      if (fault.effect !== moment) return false
      response.statusCode = fault.status
      response.end('Server Error\n')
      return true
    case 'Cut':
      if (fault.effect !== moment) return false
      response.destroy()
      return true
    case 'RateLimit':
      if (moment === 'after') return false
      response.statusCode = 429
      response.setHeader('retry-after', String(Math.ceil(fault.seconds)))
      response.end('rate limit exceeded\n')
      return true
    default:
      return false
  }
}

const losesAnswer = (fault: Fault): boolean =>
  (fault._tag === 'ServerError' || fault._tag === 'Cut') && fault.effect === 'after'

/** Git's protocol with the faults of the script before it. */
export const faultyGit =
  (world: World, serve: Serve): Serve =>
  async (request, response) => {
    if (!world.faults.isOn()) return serve(request, response)
    const [path = ''] = (request.url ?? '').split('?')
    const method = request.method ?? 'GET'
    const faults = world.faults.strike({ on: 'git', method, path, body: '', event: '' })
    await lag(world, faults)
    for (const fault of faults) await act(world, fault)
    if (faults.some((fault) => instead(fault, response, 'before'))) return
    if (!faults.some(losesAnswer)) return serve(request, response)
    // Git answers into the void; only a push has an effect, and its answer is small.
    if (path.endsWith('/git-receive-pack')) await serve(request, new ServerResponse(request))
    faults.some((fault) => instead(fault, response, 'after'))
  }
