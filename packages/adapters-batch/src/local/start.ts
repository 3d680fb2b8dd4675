import { createHash, randomBytes } from 'node:crypto'
import { availableParallelism, totalmem } from 'node:os'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { join, resolve } from 'node:path'
import { createAdaptorServer } from '@hono/node-server'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { makeCallbacks } from './callback.js'
import { codeOf, messageOf, type LocalBatchError } from './error.js'
import { makeApp } from './http/app.js'
import { recover } from './recover.js'
import { bestIsolation, type Isolation } from './run/isolation.js'
import { makeLauncher } from './run/launcher.js'
import { layoutOf } from './run/layout.js'
import { makeScheduler } from './run/scheduler.js'
import { makeScratch } from './run/scratch.js'
import { openStore, type Store } from './store/open.js'

export type LocalBatchOptions = {
  /** Holds everything: database, logs, scratch directories, storage. Locked while the service runs. */
  readonly dir: string
  /** Port on 127.0.0.1; a free one when absent. */
  readonly port?: number
  /** Bearer token; when absent, one is made and kept in `dir/token`. */
  readonly token?: string
  /** Cores that jobs may take together; those of the machine when absent. */
  readonly cpus?: number
  /** Bytes of memory that jobs may ask for together; those of the machine when absent. */
  readonly memoryBytes?: number
  /**
   * How jobs are kept apart from this machine. `best`: by bubblewrap where it is installed and allowed, else not;
   * `bubblewrap`: refuse to start without it; `none` (when absent): plain processes with the rights of this user.
   */
  readonly isolation?: 'best' | Isolation
  /** Paths that isolated jobs may read besides the system, such as the repository that they clone. */
  readonly visible?: ReadonlyArray<string>
  /** Owner of all batches; `ci` when absent. */
  readonly user?: string
  /** Between SIGTERM and SIGKILL, ms; 2000 when absent. */
  readonly killAfterMs?: number
  /** Hears of trouble with disk or callbacks, one sentence each; nobody when absent. */
  readonly onTrouble?: (sentence: string) => void
  /** Epoch milliseconds. */
  readonly now?: () => number
}

/** A running local Batch. `close` stops jobs (they run again at the next start) and resolves when all is quiet. */
export type LocalBatch = {
  readonly url: string
  readonly token: string
  readonly isolation: Isolation
  readonly close: () => Promise<void>
}

const keptToken = (dir: string): string => {
  const file = join(dir, 'token')
  try {
    const kept = readFileSync(file, 'utf8').trim()
    if (kept !== '') return kept
  } catch {
    // First start in this directory.
  }
  const token = randomBytes(24).toString('base64url')
  writeFileSync(file, `${token}\n`, { mode: 0o600 })
  return token
}

const listenFailure = (port: number, cause: unknown): LocalBatchError =>
  codeOf(cause) === 'EADDRINUSE'
    ? {
        code: 'port-in-use',
        sentence: `Port ${port} on 127.0.0.1 is in use.`,
        remedy: 'Stop what listens there, or choose another port.',
      }
    : {
        code: 'cannot-listen',
        sentence: `Cannot listen on 127.0.0.1:${port}: ${messageOf(cause)}.`,
        remedy: 'Choose another port.',
      }

const noSandbox: LocalBatchError = {
  code: 'no-sandbox',
  sentence: 'Jobs cannot be isolated: bubblewrap is not installed, or the kernel does not allow it.',
  remedy: 'Install bubblewrap, or start without isolation.',
}

const listen = (server: Server, port: number): Promise<E.Either<LocalBatchError, number>> =>
  new Promise((done) => {
    server.once('error', (cause) => {
      done(E.left(listenFailure(port, cause)))
    })
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      done(E.right(typeof address === 'object' && address !== null ? address.port : port))
    })
  })

const stopListening = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => {
      done()
    })
    server.closeAllConnections()
  })

const run = async (
  options: LocalBatchOptions,
  dir: string,
  store: Store,
  isolation: Isolation,
): Promise<E.Either<LocalBatchError, LocalBatch>> => {
  const now = options.now ?? Date.now
  const token = options.token ?? keptToken(dir)
  const layout = layoutOf(dir)
  const launcher = makeLauncher()
  const scratch = makeScratch(dir, layout, launcher)
  const onTrouble = options.onTrouble ?? (() => undefined)
  const callbacks = makeCallbacks(store, onTrouble)
  // Names this directory in the environment of its jobs, without telling them the path.
  const instance = createHash('sha256').update(dir).digest('hex').slice(0, 16)
  const scheduler = makeScheduler({
    store,
    dir,
    layout,
    instance,
    millicpu: Math.round((options.cpus ?? availableParallelism()) * 1000),
    memory: options.memoryBytes ?? totalmem(),
    scratch,
    launcher,
    isolation,
    visible: options.visible ?? [],
    graceMs: options.killAfterMs ?? 2000,
    now,
    onOver: callbacks.tell,
    onTrouble,
  })
  const app = makeApp({ store, scheduler, layout, user: options.user ?? 'ci', now }, token)
  const server = createAdaptorServer({ fetch: app.fetch }) as Server
  const port = await listen(server, options.port ?? 0)
  if (E.isLeft(port)) return port
  recover({ store, scheduler, callbacks, scratch, layout, instance, now })
  let closed: Promise<void> | undefined
  const close = async (): Promise<void> => {
    await stopListening(server)
    callbacks.close()
    await scheduler.close()
    store.close()
  }
  return E.right({
    url: `http://127.0.0.1:${port.right}`,
    token,
    isolation,
    close: () => (closed ??= close()),
  })
}

/**
 * Starts a Batch service on this machine: Hail Batch's wire API, each job a process. What an earlier life left
 * running is ended and tried again. Errors: port or directory in use, state of another version or unusable.
 */
export const startLocalBatch =
  (options: LocalBatchOptions): TaskEither<LocalBatchError, LocalBatch> =>
  async () => {
    const dir = resolve(options.dir)
    const wanted = options.isolation ?? 'none'
    const isolation = wanted === 'none' ? 'none' : bestIsolation()
    if (wanted === 'bubblewrap' && isolation === 'none') return E.left(noSandbox)
    const store = openStore(dir)
    if (E.isLeft(store)) return store
    try {
      const started = await run(options, dir, store.right, isolation)
      if (E.isLeft(started)) store.right.close()
      return started
    } catch (cause) {
      store.right.close()
      return E.left({
        code: 'state-unusable',
        sentence: `The state in ${dir} cannot be used: ${messageOf(cause)}.`,
        remedy: 'Check the directory, its permissions and the free space.',
      })
    }
  }
