import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isPassing } from '../../src/client/codecs.js'
import {
  alive,
  completed,
  done,
  eventually,
  freshToken,
  job,
  runningService,
  statesOf,
  submit,
  temporaryDir,
} from '../support/service.js'

/** Waits until the processes whose pids these files hold are gone: a killed one takes a moment to vanish. */
const ended = (...files: ReadonlyArray<string>): Promise<boolean> =>
  eventually(
    () => Promise.resolve(files.some((file) => alive(Number(readFileSync(file, 'utf8'))))),
    (living) => !living,
    2_000,
  )

test('a DAG runs in order and its files travel between jobs', async () => {
  const { client } = await runningService()
  const uri = 'gs://bucket/build/t1'
  const id = await submit(client, [
    job(1, 'mkdir -p io/repo/sub && echo hello > io/repo/sub/file && ln -s sub/file io/repo/link', {
      output_files: [{ from: '/io/repo/', to: `${uri}/repo` }],
    }),
    job(2, 'cat io/in/link && test -L io/in/link && echo done > io/one', {
      in_update_parent_ids: [1],
      input_files: [{ from: `${uri}/repo`, to: '/io/in' }],
      output_files: [{ from: '/io/one', to: `${uri}/one` }],
    }),
    job(3, 'cat io/two/one', {
      in_update_parent_ids: [2],
      input_files: [{ from: `${uri}/one`, to: '/io/two/one' }],
    }),
  ])
  const batch = await completed(client, id)
  expect(batch).toMatchObject({ state: 'success', n_jobs: 3, n_completed: 3, n_succeeded: 3 })
  expect(isPassing(batch)).toBe(true)
  expect((await done(client.getLog(id, 2))).main).toBe('hello\n')
  expect((await done(client.getLog(id, 3))).main).toBe('done\n')
})

test('a failed job fails the batch, its children are cancelled, always_run jobs run', async () => {
  const { client } = await runningService()
  const id = await submit(client, [
    job(1, 'echo to stdout; echo to stderr >&2; exit 3'),
    job(2, 'true', { in_update_parent_ids: [1] }),
    job(3, 'true', { in_update_parent_ids: [2] }),
    job(4, 'echo cleaned', { in_update_parent_ids: [1, 3], always_run: true }),
    job(5, 'true'),
  ])
  const batch = await completed(client, id)
  expect(batch).toMatchObject({
    state: 'failure',
    n_failed: 1,
    n_cancelled: 2,
    n_succeeded: 2,
    n_completed: 5,
  })
  expect(await statesOf(client, id)).toEqual({
    1: 'Failed',
    2: 'Cancelled',
    3: 'Cancelled',
    4: 'Success',
    5: 'Success',
  })
  expect((await done(client.getJob(id, 1))).exit_code).toBe(3)
  expect((await done(client.getLog(id, 1))).main).toBe('to stdout\nto stderr\n')
})

test('a job sees its own directory and environment, and nothing of the service', async () => {
  process.env['HEADGATE_TEST_SECRET'] = 'do not leak'
  const { client, dir } = await runningService()
  const id = await submit(client, [
    job(
      1,
      'env | sort | sed s,$(pwd),SCRATCH,; ls; git init -q x && ls -d x/.git && node -e "console.log(1+1)"',
      {
        env: [{ name: 'OWN', value: 'value' }],
      },
    ),
  ])
  await completed(client, id)
  const log = (await done(client.getLog(id, 1))).main ?? ''
  expect(log).not.toContain('HEADGATE_TEST_SECRET')
  expect(log).toContain('HOME=SCRATCH/home\n')
  expect(log).toContain('TMPDIR=SCRATCH/tmp\n')
  expect(log).toContain('OWN=value\n')
  expect(log).toContain(`HAIL_BATCH_ID=${id}\nHAIL_JOB_ID=1\n`)
  expect(log).toMatch(/home\nio\ntmp\nx\/\.git\n2\n$/)
  // Like a container, the scratch directory goes with its job.
  expect(existsSync(join(dir, `batches/${id}/jobs/1/scratch`))).toBe(false)
})

test('what goes wrong around a script is said in its log and is never a success', async () => {
  const { client } = await runningService()
  const id = await submit(client, [
    job(1, 'echo never', { input_files: [{ from: 'gs://bucket/none', to: '/io/x' }] }),
    job(2, 'echo made nothing', { output_files: [{ from: '/io/none', to: 'gs://bucket/out' }] }),
    job(3, 'ln -s /etc io/out', { output_files: [{ from: '/io/out/passwd', to: 'gs://bucket/passwd' }] }),
    job(4, 'true', { input_files: [{ from: '/etc/passwd', to: '/io/x' }] }),
    job(5, 'echo started; sleep 60', { timeout: 0.3 }),
    job(6, '', {
      process: { type: 'docker', command: ['no-such-program'], image: 'x', mount_docker_socket: false },
    }),
    job(7, 'kill -9 $$'),
  ])
  await completed(client, id)
  expect(await statesOf(client, id)).toEqual({
    1: 'Error',
    2: 'Failed',
    3: 'Failed',
    4: 'Error',
    5: 'Error',
    6: 'Error',
    7: 'Failed',
  })
  const log = async (jobId: number): Promise<string> => (await done(client.getLog(id, jobId))).main ?? ''
  expect(await log(1)).toBe('[input] Input gs://bucket/none does not exist.\n')
  expect(await log(2)).toBe('made nothing\n[output] Output /io/none was not made.\n')
  expect(await log(3)).toContain("out of the job's own files")
  expect(await log(4)).toContain('not a storage URI')
  expect(await log(5)).toBe('started\ntimed out after 0.3s\n')
  expect(await log(6)).toContain('cannot start the command')
  expect((await done(client.getJob(id, 7))).exit_code).toBe(137)
  expect((await done(client.getBatch(id))).n_failed).toBe(7)
})

test('cancelling kills the whole process tree; always_run jobs still run', async () => {
  const { client } = await runningService({ cpus: 4 })
  const dir = temporaryDir()
  const id = await submit(client, [
    // A grandchild in a session of its own, and a shell that ignores SIGTERM.
    job(
      1,
      `trap '' TERM; setsid sleep 300 & echo $! > ${dir}/far; sleep 300 & echo $! > ${dir}/near; wait; wait`,
    ),
    job(2, 'true', { in_update_parent_ids: [1] }),
    job(3, `echo ran > ${dir}/cleanup`, { in_update_parent_ids: [1], always_run: true }),
    job(4, 'sleep 0.6; echo not cut short', { always_run: true }),
  ])
  await eventually(
    () => Promise.resolve(existsSync(`${dir}/near`) && readFileSync(`${dir}/near`, 'utf8') !== ''),
    (there) => there,
  )
  await done(client.cancelBatch(id))
  const batch = await completed(client, id)
  expect(batch).toMatchObject({ state: 'cancelled', n_cancelled: 2, n_succeeded: 2 })
  expect(await statesOf(client, id)).toEqual({ 1: 'Cancelled', 2: 'Cancelled', 3: 'Success', 4: 'Success' })
  await ended(`${dir}/near`, `${dir}/far`)
  await done(client.cancelBatch(id))
  expect((await done(client.getBatch(id))).state).toBe('cancelled')
})

test('what a finished job leaves running is ended', async () => {
  const { client } = await runningService()
  const dir = temporaryDir()
  const id = await submit(client, [
    job(1, `sleep 300 & echo $! > ${dir}/near; setsid sleep 300 & echo $! > ${dir}/far; sleep 0.1`),
  ])
  expect(await completed(client, id)).toMatchObject({ state: 'success' })
  await ended(`${dir}/near`, `${dir}/far`)
})

test('the batch is cancelled after its n-th failure', async () => {
  const { client } = await runningService({ cpus: 1 })
  const jobs = [job(1, 'exit 1'), job(2, 'exit 1'), job(3, 'true'), job(4, 'true')]
  const id = await done(
    client.createBatch({ token: freshToken(), attributes: {}, jobs, cancelAfterNFailures: 2 }),
  )
  expect(await completed(client, id)).toMatchObject({ state: 'failure', n_failed: 2, n_cancelled: 2 })
})

test('cores are a limit, and a job may take more than one or less than one', async () => {
  const { client } = await runningService({ cpus: 1 })
  const dir = temporaryDir()
  const script = `echo >> ${dir}/now; wc -l < ${dir}/now; sleep 0.15; sed -i 1d ${dir}/now`
  const run = async (cpu: string): Promise<number> => {
    const id = await submit(
      client,
      [1, 2, 3, 4].map((n) => job(n, `exec 9> ${dir}/lock; ${script}`, { resources: { cpu } })),
    )
    await completed(client, id)
    const logs = await Promise.all([1, 2, 3, 4].map((n) => done(client.getLog(id, n))))
    return Math.max(...logs.map((log) => Number(log.main)))
  }
  expect(await run('1')).toBe(1)
  expect(await run('16')).toBe(1)
  expect(await run('250m')).toBeGreaterThan(1)
})

test('batches take turns: a large one does not keep a small one waiting', async () => {
  const { client } = await runningService({ cpus: 1 })
  const large = await submit(
    client,
    Array.from({ length: 100 }, (_, index) => job(index + 1, 'sleep 0.02')),
  )
  const small = await submit(client, [job(1, 'true')])
  await completed(client, small)
  expect((await done(client.getBatch(large))).n_completed).toBeLessThan(90)
  await done(client.cancelBatch(large))
  await completed(client, large)
})
