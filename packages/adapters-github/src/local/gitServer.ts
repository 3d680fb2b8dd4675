import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { callerOf, type Caller } from './auth.js'
import { adoptDefaultBranch } from './forge/repositories.js'
import { pushRefusal, refusesForce } from './forge/refs.js'
import { settle } from './forge/settle.js'
import {
  pushCommands,
  runBackend,
  spool,
  unspool,
  type BackendRequest,
  type PushCommand,
} from './git/http.js'
import { ZERO } from './git/refs.js'
import { findRepo } from './store/lookups.js'
import type { RepoRow, UserRow } from './store/rows.js'
import { gitDir, type World } from './world.js'

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/

/** Is this a request of the git smart HTTP protocol? */
export const isGitRequest = (url: string): boolean => PATH.test(url.split('?')[0] ?? '')

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const plain = (response: ServerResponse, status: number, text: string): void => {
  response.statusCode = status
  if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="GitHub"')
  response.setHeader('Content-Type', 'text/plain; charset=utf-8')
  response.end(`${text}\n`)
}

const verdicts = (world: World, actor: UserRow, repo: RepoRow, commands: ReadonlyArray<PushCommand>) => {
  const known = (sha: string) => (sha === ZERO ? null : sha)
  const refused = commands.flatMap((c) => {
    const why = pushRefusal(world, actor, repo, { name: c.name, before: known(c.old), after: known(c.new) })
    return why === null ? [] : [`${c.name}\t${why}`]
  })
  const noForce = commands
    .filter((c) => c.old !== ZERO && c.new !== ZERO && refusesForce(world, actor, repo, c.name))
    .map((c) => c.name)
  return { LOCAL_GITHUB_REFUSED: refused.join('\n'), LOCAL_GITHUB_NO_FORCE: noForce.join(' ') }
}

const receive = async (
  world: World,
  actor: UserRow,
  repo: RepoRow,
  backend: Omit<BackendRequest, 'bodyFile' | 'env'>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const bodyFile = await spool(world.dir, request)
  try {
    const commands = await pushCommands(bodyFile)
    await world.lock(repo.network_id, async () => {
      const env = verdicts(world, actor, repo, commands)
      await runBackend(world.dir, { ...backend, bodyFile, env }, response)
      await settle(world, repo, actor)
      await adoptDefaultBranch(world, repo)
    })
    response.end()
  } finally {
    await unspool(bodyFile)
  }
}

const mayNot = (
  caller: Caller,
  repo: RepoRow | undefined,
  pushing: boolean,
): readonly [number, string] | null => {
  if (caller._tag === 'BadCredentials') return [401, 'Bad credentials']
  if (caller._tag === 'Anonymous' && (pushing || repo === undefined || repo.private === 1))
    return [401, 'Authentication required']
  return repo === undefined ? [404, 'Repository not found.'] : null
}

/** Answers one git request: anybody may fetch what is public; a push needs a token and obeys branch protection. */
export const serveGit = async (
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const [, owner = '', name = '', service = ''] = PATH.exec(path) ?? []
  const repo = findRepo(world.db, decoded(owner), decoded(name))
  const pushing = service === 'git-receive-pack' || query.includes('service=git-receive-pack')
  const caller = callerOf(world, request.headers.authorization)
  const refused = mayNot(caller, repo, pushing)
  if (refused !== null || repo === undefined)
    return plain(response, ...(refused ?? [404, 'Repository not found.']))
  const actor = caller._tag === 'Known' ? caller.user : null
  const header = (key: string) => String(request.headers[key] ?? '')
  const backend = {
    root: join(world.dir, 'git'),
    path: `${gitDir(world, repo).slice(join(world.dir, 'git').length)}/${service}`,
    query,
    method: request.method ?? 'GET',
    contentType: header('content-type'),
    protocol: header('git-protocol'),
    user: actor?.login ?? null,
  }
  if (service === 'git-receive-pack' && actor !== null)
    return receive(world, actor, repo, backend, request, response)
  const bodyFile = service === 'git-upload-pack' ? await spool(world.dir, request) : null
  try {
    await runBackend(world.dir, { ...backend, bodyFile, env: {} }, response)
    response.end()
  } finally {
    if (bodyFile !== null) await unspool(bodyFile)
  }
}
