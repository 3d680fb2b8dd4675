import { expect, test } from 'vitest'
import { runCli, scratch, spawnCli, untilSaid } from '../support/cli.js'

interface Ready {
  readonly url: string
  readonly token: string
  readonly webhookSecret: string
}

const ready = async (dir: string) => {
  const running = spawnCli(['local', 'github', '--dir', 'forge', '--port', '0'], dir)
  const [line] = await untilSaid(running, /^\{.*\}\n/)
  return { running, told: JSON.parse(line) as Ready }
}

test('local github says where it is, serves, ends at SIGTERM, and is the same again', async () => {
  const dir = scratch()
  const first = await ready(dir)
  const { url, token } = first.told
  const headers = { authorization: `token ${token}` }
  const made = await fetch(`${url}/user/repos`, { method: 'POST', headers, body: '{"name":"kept"}' })
  expect(made.status).toBe(201)
  first.running.process.kill('SIGTERM')
  expect(await first.running.ended).toMatchObject({ status: 0, stderr: '' })

  const second = await ready(dir)
  expect(second.told).toMatchObject({ token, webhookSecret: first.told.webhookSecret })
  const kept = await fetch(`${second.told.url}/user/repos`, { headers })
  expect(await kept.json()).toMatchObject([{ name: 'kept' }])

  const third = await runCli(['local', 'github', '--dir', 'forge', '--port', '0'], dir)
  expect(third).toMatchObject({ status: 1, stdout: '' })
  expect(third.stderr).toMatch(/^headgate: \S.*\n$/)
})
