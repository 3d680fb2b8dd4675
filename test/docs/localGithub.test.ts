/** docs/reference/local-github.md: its plan is taken, its table names every fault there is. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { startLocalGithub } from '@headgate/adapters-github/local'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(join(root, 'docs/reference/local-github.md'), 'utf8')

test('the plan of the page is taken', async () => {
  const [, plan = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? []
  const dir = mkdtempSync(join(tmpdir(), 'headgate-docs-'))
  const github = await startLocalGithub({ dir, port: 0 })()
  if (E.isLeft(github)) throw new Error(github.left.sentence)
  const { url, token, close } = github.right
  const headers = { authorization: `token ${token}` }
  const answer = await fetch(`${url}/_faults`, { method: 'POST', headers, body: plan })
  expect([answer.status, ((await answer.json()) as { rules: unknown[] }).rules.length]).toEqual([200, 3])
  await close()
  rmSync(dir, { recursive: true, force: true })
})

test('the page names every fault that a plan may have, and no other', () => {
  const codec = readFileSync(join(root, 'packages/adapters-github/src/local/faults/plan.ts'), 'utf8')
  const kept = [...codec.matchAll(/_tag: t\.literal\('(\w+)'\)/g)].map((m) => m[1])
  const table = page.slice(page.indexOf('| fault |'), page.indexOf('## How true'))
  const told = [...table.matchAll(/`([A-Z][a-z]\w+)`/g)].map((m) => m[1])
  expect(told.sort()).toEqual(kept.sort())
  expect(kept.length).toBeGreaterThan(0)
})

test('its commands are scripts that exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }
  const named = [...page.matchAll(/npm run -s ([a-z-]+)/g)].map((m) => m[1])
  expect(new Set(named)).toEqual(new Set(['headgate', 'chaos']))
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
})
