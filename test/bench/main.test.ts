/** The benchmark's command line; what it measures is asserted nowhere, since no clock is to be trusted in a test. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cases } from './cases.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const bench = (...args: ReadonlyArray<string>) =>
  spawnSync(
    process.execPath,
    ['--import', 'tsx', '--conditions=headgate-source', 'test/bench/main.ts', ...args],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )

test('help names every benchmark that the docs name', () => {
  const { stdout, status } = bench('--help')
  expect(status).toBe(0)
  const named = [
    ...readFileSync(`${root}/docs/reference/cost.md`, 'utf8').matchAll(/npm run -s bench -- (\w+)/g),
  ]
  expect(named.length).toBeGreaterThan(3)
  for (const [, name] of named) expect(stdout).toContain(`  ${name} `)
})

test.each([
  [[], 'no benchmark is named'],
  [['nope'], 'there is no benchmark "nope"'],
  [['reduce', 'memory'], 'one benchmark at a time, not also memory'],
  [['reduce', '--jsno'], 'unknown option --jsno'],
])('%j is refused in one line', (args, why) => {
  const { stderr, stdout, status } = bench(...args)
  expect(status).toBe(2)
  expect(stdout).toBe('')
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(stderr).toContain(why)
})

test('the figures are one line of JSON at the end, and the state is small enough', () => {
  const out = execFileSync('npm', ['run', '-s', 'bench', '--', 'memory', '--json'], {
    cwd: root,
    encoding: 'utf8',
  })
  const figures = JSON.parse(out.trim().split('\n').at(-1) ?? '') as ReadonlyArray<Record<string, unknown>>
  expect(figures.map(({ openPrs }) => openPrs)).toEqual([10_000, 10_000, 10_000])
  for (const { megabytes } of figures) expect(megabytes).toBeLessThan(100)
}, 240_000)

test('the events of the promise are all measured', () => {
  const names = cases.map(({ name }) => name)
  for (const name of ['nothing changed', 'one PR pushed', 'one batch finished', 'one label', 'one landing'])
    expect(names).toContain(name)
})
