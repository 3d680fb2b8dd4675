import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { untilSaid } from '../support/cli.js'
import { serving } from '../support/serving.js'

test('serve: the same service, told by headgate.yaml where GitHub and Batch are; hooks bring the news', async () => {
  const { dir, github, batch, running, as } = await serving()
  await as('ada', 'POST', '/pulls', { title: 'A feature', head: 'feature', base: 'main' })
  await untilSaid(running, /✓ #1 passed/)
  await as('grace', 'POST', '/pulls/1/reviews', { event: 'APPROVE' })
  await untilSaid(running, /● #1 "A feature" landed/)
  expect(await as('ada', 'PATCH', '/pulls/1', {})).toMatchObject({ merged: true })

  running.process.kill('SIGTERM')
  expect(await running.ended).toMatchObject({ status: 0, stderr: '' })
  const log = readFileSync(join(dir, 'state/headgate.log'), 'utf8')
  expect(log).toContain('landed')
  for (const secret of [github.token, github.webhookSecret, batch.token]) expect(log).not.toContain(secret)
}, 60_000)
