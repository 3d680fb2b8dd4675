/** No incident is lost: each has a test that carries its number, and the page about them names tests that exist. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const folders = ['packages/core/test/incidents', 'packages/adapters-github/test/incidents', 'test/incidents']
const numbers = Array.from({ length: 32 }, (_, i) => `5.${i + 1}`)

/** The titles of the tests in a text: every string that starts with a number, but for those of a `describe`. */
const titlesIn = (text: string): ReadonlyArray<string> =>
  text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('describe'))
    .flatMap((line) => [...line.matchAll(/'(5\.\d+ (?:[^'\\]|\\.)+)'/g)].map((m) => m[1] ?? ''))

const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.test.ts') && name !== 'table.test.ts')
    .map((name) => `${folder}/${name}`),
)
const titles = new Map(files.map((file) => [file, titlesIn(readFileSync(join(root, file), 'utf8'))]))
const numbersOf = (all: ReadonlyArray<string>) => new Set(all.map((title) => title.split(' ')[0]))

test.each(numbers)('incident %s has a test with its number in its title', (number) => {
  expect(numbersOf([...titles.values()].flat())).toContain(number)
})

test('a number without a test would be noticed, and one that only a describe carries as well', () => {
  expect([...numbersOf(titlesIn("describe('5.1 x', () => {\n  test('5.2 y', () => {"))]).toEqual(['5.2'])
})

describe('docs/reference/incidents.md', () => {
  const page = readFileSync(join(root, 'docs/reference/incidents.md'), 'utf8')
  const rows = [...page.matchAll(/^\| (5\.\d+) +\|(.*)\|$/gm)].map(([, number = '', row = '']) => ({
    number,
    named: [...row.matchAll(/\]\(\.\.\/\.\.\/([^)]+)\): “((?:[^“”]|“[^”]*”)+)”/g)].map(
      ([, file = '', name = '']) => ({ file, name }),
    ),
  }))

  test('it has one row for each incident', () => {
    expect(rows.map((row) => row.number)).toEqual(numbers)
  })

  test.each(rows)('the tests it names for $number exist', ({ number, named }) => {
    expect(named.length).toBeGreaterThan(0)
    for (const { file, name } of named)
      expect(
        (titles.get(file) ?? []).some((title) => title.startsWith(`${number} ${name}`)),
        `${file}: ${name}`,
      ).toBe(true)
  })
})
