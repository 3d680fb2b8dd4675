import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, mkdir, open, rm, stat, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { GIT_ENV } from './run.js'

/** One command of a push: `old` and `new` as object names, zeros for "not there". */
export type PushCommand = { readonly old: string; readonly new: string; readonly name: string }

/**
 * The update hook of every push. What protection says without looking at objects was decided before (variable
 * REFUSED, lines of "ref<TAB>sentence"); what needs them, is it a fast-forward, is asked here (NO_FORCE, lines of refs).
 */
const UPDATE_HOOK = `#!/bin/sh
tab=$(printf '\\t')
refuse() {
  echo "error: GH006: Protected branch update failed for $1." >&2
  echo "error: $2" >&2
  exit 1
}
case "$1" in refs/pull/*) echo "error: deny updating a hidden ref" >&2; exit 1;; esac
while IFS="$tab" read -r name sentence; do
  if [ "$name" = "$1" ]; then refuse "$1" "$sentence"; fi
done <<EOF
$LOCAL_GITHUB_REFUSED
EOF
for name in $LOCAL_GITHUB_NO_FORCE; do
  if [ "$name" = "$1" ] && ! git merge-base --is-ancestor "$2" "$3"; then refuse "$1" "Cannot force-push to this branch"; fi
done
exit 0
`

/** Puts the update hook where pushes find it. */
export const installHooks = async (dir: string): Promise<void> => {
  await mkdir(join(dir, 'hooks'), { recursive: true })
  await mkdir(join(dir, 'incoming'), { recursive: true })
  await writeFile(join(dir, 'hooks', 'update'), UPDATE_HOOK)
  await chmod(join(dir, 'hooks', 'update'), 0o755)
}

/** A request body, kept in a file so that a slow client holds no lock. Remove it when done. */
export const spool = async (dir: string, request: IncomingMessage): Promise<string> => {
  const file = join(dir, 'incoming', randomUUID())
  const out = createWriteStream(file)
  if (request.headers['content-encoding'] === 'gzip') await pipeline(request, createGunzip(), out)
  else await pipeline(request, out)
  return file
}

/** At most this much of a push is command list. */
const COMMANDS_MAX_BYTES = 8 * 1024 * 1024

/** The ref commands at the head of a spooled `git-receive-pack` request (pkt-lines up to the flush). */
export const pushCommands = async (file: string): Promise<ReadonlyArray<PushCommand>> => {
  const handle = await open(file)
  try {
    const size = Math.min((await handle.stat()).size, COMMANDS_MAX_BYTES)
    const { buffer } = await handle.read(Buffer.alloc(size), 0, size, 0)
    const commands: Array<PushCommand> = []
    for (let at = 0; at + 4 <= size;) {
      const length = Number.parseInt(buffer.toString('latin1', at, at + 4), 16)
      if (!(length > 4)) break
      const [line = ''] = buffer.toString('utf8', at + 4, at + length).split('\0')
      const found = /^([0-9a-f]{40}) ([0-9a-f]{40}) (\S+)/.exec(line)
      if (found !== null) commands.push({ old: found[1] ?? '', new: found[2] ?? '', name: found[3] ?? '' })
      at += length
    }
    return commands
  } finally {
    await handle.close()
  }
}

/** What `git http-backend` needs to know of one request. */
export type BackendRequest = {
  readonly root: string
  /** Path below `root`, starting with a slash. */
  readonly path: string
  readonly query: string
  readonly method: string
  readonly contentType: string
  readonly protocol: string
  readonly user: string | null
  readonly bodyFile: string | null
  readonly env: Readonly<Record<string, string>>
}

const backendEnv = async (dir: string, request: BackendRequest): Promise<NodeJS.ProcessEnv> => {
  const config = [
    ['core.hooksPath', join(dir, 'hooks')],
    ['http.receivepack', 'true'],
    ['uploadpack.allowAnySHA1InWant', 'true'],
    ['uploadpack.allowFilter', 'true'],
    ['receive.fsckObjects', 'true'],
    ['receive.autogc', 'false'],
  ] as const
  const configEnv = config.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ])
  return {
    PATH: process.env.PATH,
    ...GIT_ENV,
    GIT_CONFIG_COUNT: String(config.length),
    ...(Object.fromEntries(configEnv) as Record<string, string>),
    GIT_PROJECT_ROOT: request.root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: request.path,
    QUERY_STRING: request.query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.contentType,
    GIT_PROTOCOL: request.protocol,
    REMOTE_ADDR: '127.0.0.1',
    ...(request.user === null ? {} : { REMOTE_USER: request.user }),
    ...(request.bodyFile === null ? {} : { CONTENT_LENGTH: String((await stat(request.bodyFile)).size) }),
    ...request.env,
  }
}

/** Runs `git http-backend` and writes its CGI answer, headers first; resolves when git has ended. */
export const runBackend = async (
  dir: string,
  request: BackendRequest,
  response: ServerResponse,
): Promise<void> => {
  const child = spawn('git', ['http-backend'], {
    env: await backendEnv(dir, request),
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  // A client that goes away, or git ending before it has read everything, is not this server's failure.
  child.stdin.on('error', () => undefined)
  if (request.bodyFile === null) child.stdin.end()
  else createReadStream(request.bodyFile).pipe(child.stdin)
  let head: Buffer | null = Buffer.alloc(0)
  const onData = (chunk: Buffer): void => {
    if (head === null) {
      if (!response.write(chunk)) {
        child.stdout.pause()
        response.once('drain', () => child.stdout.resume())
      }
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end < 0) return
    const headers = head.toString('latin1', 0, end).split('\r\n')
    const rest = head.subarray(end + 4)
    head = null
    for (const line of headers) {
      const colon = line.indexOf(':')
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).trim()]
      if (name.toLowerCase() === 'status') response.statusCode = Number.parseInt(value, 10)
      else response.setHeader(name, value)
    }
    if (rest.length > 0) response.write(rest)
  }
  child.stdout.on('data', onData)
  response.once('close', () => child.stdout.resume())
  await new Promise<void>((done) => {
    child.once('error', () => done())
    child.once('close', () => done())
  })
  if (head !== null) response.statusCode = 500
}

/** Removes a spooled body. */
export const unspool = (file: string): Promise<void> => rm(file, { force: true })
