import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import type { LocalBatch } from '../../src/local/index.js'
import { startLocalBatch } from '../../src/local/index.js'
import {
  alive,
  clientOf,
  completed,
  done,
  eventually,
  freshToken,
  job,
  statesOf,
  submit,
  temporaryDir,
} from '../support/service.js'

const packageDir = join(dirname(fileURLToPath(import.meta.url)), '../..')

beforeAll(() => {
  // The killed service is what Node runs: the built package.
  execFileSync('npx', ['tsc', '-b', packageDir], { cwd: packageDir, stdio: 'inherit' })
}, 120_000)

type Life = { readonly child: ChildProcess; readonly url: string; readonly token: string }

/** A service in a process of its own, killed at the latest after the test. */
const live = (dir: string, cpus = 2): Promise<Life> => {
  const script = `
    import { startLocalBatch } from ${JSON.stringify(join(packageDir, 'dist/local/index.js'))}
    const started = await startLocalBatch({ dir: ${JSON.stringify(dir)}, cpus: ${cpus}, killAfterMs: 300 })()
    console.log(JSON.stringify(started))`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the service ended early')))
    child.stdout.once('data', (line) => {
      const { right } = JSON.parse(String(line)) as { right?: { url: string; token: string } }
      if (right === undefined) reject(new Error(String(line)))
      else resolve({ child, ...right })
    })
  })
}

const kill = (life: Life): Promise<void> =>
  new Promise((ended) => {
    life.child.removeAllListeners('exit')
    life.child.once('exit', () => ended())
    life.child.kill('SIGKILL')
  })

const pidIn = (file: string): Promise<number> =>
  eventually(
    () => Promise.resolve(existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0),
    (pid) => pid > 0,
  )

test('after kill -9 nothing is lost: what was interrupted runs again, and nothing of the earlier life survives', async () => {
  const dir = join(temporaryDir(), 'state')
  const marks = temporaryDir()
  const first = await live(dir)
  const client = clientOf(first)
  // The first attempt of job 2 leaves a child, a grandchild in its own session, and a trace; the second one passes.
  const script = `
    echo attempt >> ${marks}/attempts
    if [ -e ${marks}/again ]; then cat io/in; exit 0; fi
    touch ${marks}/again
    echo $$ > ${marks}/leader
    setsid sleep 300 & echo $! > ${marks}/far
    env -i sleep 300 & echo $! > ${marks}/near
    touch io/left-behind
    wait`
  const id = await submit(client, [
    job(1, 'echo from-one > io/out', { output_files: [{ from: '/io/out', to: 'gs://b/out' }] }),
    job(2, script, { in_update_parent_ids: [1], input_files: [{ from: 'gs://b/out', to: '/io/in' }] }),
    job(3, 'cat io/in', { in_update_parent_ids: [2], input_files: [{ from: 'gs://b/out', to: '/io/in' }] }),
  ])
  const waiting = await submit(client, [job(1, 'echo waited')])
  const pids = [await pidIn(`${marks}/leader`), await pidIn(`${marks}/far`), await pidIn(`${marks}/near`)]
  await completed(client, waiting)
  await kill(first)
  // The group of the job dies with the service; what left the group is found by the next life.
  const [, far] = pids
  expect(far === undefined ? false : alive(far)).toBe(true)
  await eventually(
    () => Promise.resolve(pids.filter(alive)),
    (living) => living.length === 1,
    2_000,
  )

  const second = await live(dir)
  await eventually(
    () => Promise.resolve(pids.map(alive)),
    (living) => !living.includes(true),
    2_000,
  )
  expect(second.token).toBe(first.token)
  const again = clientOf(second)
  const batch = await completed(again, id)
  expect(batch).toMatchObject({ state: 'success', n_completed: 3, n_succeeded: 3 })
  expect((await done(again.getLog(id, 2))).main).toBe('from-one\n')
  expect((await done(again.getLog(id, 3))).main).toBe('from-one\n')
  expect(readFileSync(`${marks}/attempts`, 'utf8')).toBe('attempt\nattempt\n')
  expect((await done(again.getLog(waiting, 1))).main).toBe('waited\n')
  const attempts = await fetch(`${second.url}/api/v1alpha/batches/${id}/jobs/2/attempts`, {
    headers: { authorization: `Bearer ${second.token}` },
  })
  expect(await attempts.json()).toMatchObject([{ reason: 'service died' }, { reason: 'success' }])
  expect(await done(again.listBatches({ attributes: {} }))).toHaveLength(2)
}, 30_000)

test('killed again and again amid many jobs, every job of every acknowledged batch ends once in the books', async () => {
  const dir = join(temporaryDir(), 'state')
  const tokens: string[] = []
  let life = await live(dir)
  for (let round = 0; round < 3; round++) {
    const client = clientOf(life)
    const jobs = Array.from({ length: 60 }, (_, index) =>
      job(index + 1, `echo ${index}`, index % 3 === 0 ? {} : { in_update_parent_ids: [index] }),
    )
    const token = freshToken()
    await done(client.createBatch({ token, attributes: { round: String(round) }, jobs }))
    tokens.push(token)
    await new Promise((wake) => setTimeout(wake, 30 + 60 * round))
    await kill(life)
    life = await live(dir)
  }
  const client = clientOf(life)
  const batches = await done(client.listBatches({ attributes: {} }))
  expect(batches.map((batch) => batch.token).sort()).toEqual([...tokens].sort())
  for (const { id } of batches) {
    expect(await completed(client, id)).toMatchObject({ state: 'success', n_jobs: 60, n_succeeded: 60 })
    expect(new Set(Object.values(await statesOf(client, id)))).toEqual(new Set(['Success']))
  }
  // A submit whose answer was lost is found by its token.
  const again = { token: tokens[0] ?? '', attributes: {}, jobs: [job(1, 'true')] }
  expect(await done(client.createBatch(again))).toBe(batches.at(-1)?.id)
}, 30_000)

const started = async (dir: string): Promise<LocalBatch> => {
  const service = await done(startLocalBatch({ dir, killAfterMs: 300 }))
  onTestFinished(() => service.close())
  return service
}

test('closing ends running attempts, and the next start runs them again', async () => {
  const dir = join(temporaryDir(), 'state')
  const marks = temporaryDir()
  const first = await started(dir)
  const id = await submit(clientOf(first), [
    job(
      1,
      `if [ -e ${marks}/again ]; then echo done; exit; fi; touch ${marks}/again; echo $$ > ${marks}/pid; sleep 300`,
    ),
    job(2, 'true', { in_update_parent_ids: [1] }),
  ])
  const pid = await pidIn(`${marks}/pid`)
  await first.close()
  await first.close()
  await eventually(
    () => Promise.resolve(alive(pid)),
    (living) => !living,
    2_000,
  )
  await expect(fetch(`${first.url}/healthcheck`)).rejects.toThrow()
  const second = await started(dir)
  expect(await completed(clientOf(second), id)).toMatchObject({ state: 'success', n_succeeded: 2 })
  expect((await done(clientOf(second).getLog(id, 1))).main).toBe('done\n')
})

test('a cancellation and a callback outlive the service that owes them', async () => {
  const dir = join(temporaryDir(), 'state')
  const bodies: unknown[] = []
  const listener = createServer((request, response) => {
    request.on('data', (text) => bodies.push(JSON.parse(String(text))))
    request.on('end', () => response.end())
  })
  await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening))
  const callback = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`
  // Nobody listens while the first service runs.
  await new Promise<void>((closed) => listener.close(() => closed()))
  const first = await live(dir)
  const id = await done(
    clientOf(first).createBatch({ token: freshToken(), attributes: {}, callback, jobs: [job(1, 'true')] }),
  )
  const stubborn = await submit(clientOf(first), [job(1, "trap '' TERM; while :; do sleep 0.2; done")])
  await completed(clientOf(first), id)
  await eventually(
    () => statesOf(clientOf(first), stubborn),
    (states) => states[1] === 'Running',
  )
  await done(clientOf(first).cancelBatch(stubborn))
  await kill(first)
  await new Promise<void>((listening) =>
    listener.listen(Number(new URL(callback).port), '127.0.0.1', listening),
  )
  onTestFinished(() => void listener.close())
  const second = await live(dir)
  expect(await completed(clientOf(second), stubborn)).toMatchObject({ state: 'cancelled', n_cancelled: 1 })
  await eventually(
    () => Promise.resolve(bodies.length),
    (count) => count > 0,
  )
  expect(bodies).toEqual([expect.objectContaining({ id, state: 'success' })])
}, 30_000)

test('a process that got the pid of a dead one is left alone', async () => {
  const dir = join(temporaryDir(), 'state')
  const first = await live(dir)
  const id = await submit(clientOf(first), [job(1, 'sleep 300')])
  await eventually(
    () => statesOf(clientOf(first), id),
    (states) => states[1] === 'Running',
  )
  await new Promise((wake) => setTimeout(wake, 100))
  await kill(first)
  const stranger = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' })
  onTestFinished(() => void stranger.kill('SIGKILL'))
  const { default: Database } = await import('libsql')
  const db = new Database(join(dir, 'batch.sqlite'))
  db.exec(`UPDATE attempts SET pid = ${stranger.pid}`)
  db.exec('PRAGMA journal_mode = DELETE')
  db.close()
  const second = await live(dir)
  await eventually(
    () => statesOf(clientOf(second), id),
    (states) => states[1] === 'Running',
  )
  expect(alive(stranger.pid ?? 0)).toBe(true)
  await done(clientOf(second).cancelBatch(id))
  await completed(clientOf(second), id)
}, 30_000)
