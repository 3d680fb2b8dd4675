import { expect, test } from 'vitest'
import { isPassing } from '../../src/index.js'
import { completed, done, job, runningService, statesOf, submit } from '../support/service.js'

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
