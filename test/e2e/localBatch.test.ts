/** `headgate local batch`, as another program uses it. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli, scratch, spawnCli } from '../support/cli.js'

const until = async <A>(read: () => Promise<A> | A, holds: (value: A) => boolean): Promise<A> => {
  for (let tries = 0; tries < 600; tries++) {
    const value = await read()
    if (holds(value)) return value
    await new Promise((wake) => setTimeout(wake, 50))
  }
  throw new Error('not in time')
}

const ready = async (dir: string) => {
  const running = spawnCli(['local', 'batch', '--dir', dir, '--port', '0'], scratch())
  const line = await until(running.output, (text) => text.endsWith('\n'))
  const { url, token } = JSON.parse(line) as { url: string; token: string }
  const call = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(`${url}/api/v1alpha${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return (await response.json()) as Record<string, unknown>
  }
  return { running, call }
}

test('it says where it is, runs a batch, survives kill -9 and goes on where it was', async () => {
  const dir = join(scratch(), 'state')
  const first = await ready(dir)
  const process = { type: 'docker', image: 'ubuntu', command: ['sh', '-c', 'sleep 2; echo done'] }
  const made = await first.call('POST', '/batches/create-fast', {
    batch: { billing_project: 'x', n_jobs: 1, token: 't' },
    bunch: [{ job_id: 1, process }],
  })
  const path = `/batches/${String(made['id'])}`
  await until(
    () => first.call('GET', `${path}/jobs/1`),
    (one) => one['state'] === 'Running',
  )
  first.running.process.kill('SIGKILL')
  await first.running.ended

  const second = await ready(dir)
  const ended = await until(
    () => second.call('GET', path),
    (batch) => batch['complete'] === true,
  )
  expect(ended).toMatchObject({ state: 'success', n_succeeded: 1 })
  expect((await second.call('GET', `${path}/jobs/1/log`))['main']).toBe('done\n')
  second.running.process.kill('SIGTERM')
  expect((await second.running.ended).status).toBe(0)
}, 60_000)

test('what keeps it from starting is one line and a status', async () => {
  const ran = await runCli(['local', 'batch', '--dir', '/dev/null/x'], scratch())
  expect(ran.status).toBe(1)
  expect(ran.stderr).toMatch(/^headgate: local Batch in \/dev\/null\/x: .*\n$/)
})
