/** `headgate check-model`, as people run it: on what is built, in threads. */
import { expect, test } from 'vitest'
import { worlds } from '@headgate/core/checking'
import { runCli } from '../support/cli.js'

const checkModel = (...options: ReadonlyArray<string>) => runCli(['check-model', ...options], process.cwd())

test('a small world: the last line says how many states, how deep, how long, and what is broken', async () => {
  const { stdout, status } = await checkModel('--world', 'stranger', '--json')
  const found = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
  expect(found).toMatchObject({ violations: [], exhausted: true })
  expect(found['states']).toBeGreaterThan(1000)
  expect(found['depth']).toBeGreaterThan(20)
  expect(found['seconds']).toBeGreaterThan(0)
  expect(status).toBe(0)
})

test('a bound is kept, and said', async () => {
  const { stdout } = await checkModel('--world', 'two', '--faults', '1', '--max-states', '300', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ violations: [], exhausted: false })
})

test('the worlds are named; one that is not there is refused in one line', async () => {
  const { stdout } = await checkModel('--list')
  for (const world of worlds) expect(stdout).toContain(world.about)
  const unknown = await checkModel('--world', 'atlantis')
  expect(unknown.status).toBe(1)
  expect(unknown.stderr).toMatch(/^headgate: --world: There is no world "atlantis"\. Name one of .*two.*\n$/)
})
