/** Docs are true: what they show is decoded, compiled or run here. */
import { readFileSync, readdirSync, existsSync, mkdtempSync, writeFileSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { decodeBuildFile } from '@headgate/adapters-batch'
import { defaultPolicy, epochMs, initialState, reduce } from '@headgate/core'
import { readConfig } from '../../packages/runner/src/config/config.js'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const blocks = (text: string, language: string): ReadonlyArray<string> =>
  [...text.matchAll(new RegExp('```' + language + '\\n([\\s\\S]*?)```', 'g'))].map((m) => m[1] ?? '')

const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true }).map((f) => `docs/${String(f)}`),
].filter((f) => f.endsWith('.md'))

test.each(pages)('every link of %s leads somewhere', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((m) => m[1] ?? '')
  for (const link of links) expect(existsSync(join(root, dirname(page), link)), link).toBe(true)
})

describe('start.md', () => {
  const [build = '', config = ''] = blocks(read('docs/start.md'), 'yaml')
  test('its build.yaml is one', () => {
    expect(isRight(decodeBuildFile(build))).toBe(true)
  })
  test('its headgate.yaml is one', () => {
    const dir = mkdtempSync(join(tmpdir(), 'headgate-docs-'))
    mkdirSync(join(dir, 'secrets'))
    for (const name of ['github-token', 'webhook-secret', 'batch-token'])
      writeFileSync(join(dir, 'secrets', name), 'x')
    writeFileSync(join(dir, 'headgate.yaml'), config)
    expect(readConfig(join(dir, 'headgate.yaml'))._tag).toBe('Right')
  })
})

describe('the guides about GitHub', () => {
  const configOf = (text: string) => {
    const dir = mkdtempSync(join(tmpdir(), 'headgate-docs-'))
    writeFileSync(join(dir, 'headgate.yaml'), text)
    return readConfig(join(dir, 'headgate.yaml'))
  }
  const [workflow = '', config = ''] = blocks(read('docs/guides/github-checks.md'), 'yaml')
  test('the headgate.yaml of github-checks.md is one, and its checks are jobs that its workflow runs on our pushes', () => {
    const decoded = configOf(config)
    if (!isRight(decoded)) throw new Error(decoded.left.sentence)
    const engine = decoded.right.branches[0]?.engine
    const { on, jobs } = parse(workflow) as {
      readonly on: { readonly push: { readonly branches: ReadonlyArray<string> } }
      readonly jobs: Readonly<Record<string, unknown>>
    }
    expect(engine?._tag === 'GithubChecks' && Object.keys(engine.checks)).toEqual(Object.keys(jobs))
    expect(on.push.branches).toContain('headgate/**')
  })
  test('the App of github-identity.md is a configuration', () => {
    const [app = ''] = blocks(read('docs/guides/github-identity.md'), 'yaml')
    const whole = `${app}${config.slice(config.indexOf('http:'))}`
    expect(configOf(whole)).toMatchObject({ right: { github: { credential: { _tag: 'App', id: '12345' } } } })
  })
  test('github-identity.md lists every finding of the preflight, and no other', () => {
    const folder = join(root, 'packages/adapters-github/src/preflight')
    const source = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    const codes = source.flatMap((text) => [...text.matchAll(/code: '([a-z-]+)'/g)].map((m) => m[1]))
    const rows = [...read('docs/guides/github-identity.md').matchAll(/^\| (`[a-z`, -]+`) \| .* \| .* \|$/gm)]
    const told = rows.flatMap((row) => [...(row[1] ?? '').matchAll(/[a-z-]+/g)].map((m) => m[0]))
    expect(told.sort()).toEqual([...new Set(codes)].sort())
  })
})

test('the README names scripts and options that exist', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts)
  for (const [, name] of read('README.md').matchAll(/npm run (?:-s )?([a-z-]+)/g))
    expect(scripts).toContain(name)
  const options = read('packages/runner/src/main.ts') + read('packages/runner/src/cli/startOptions.ts')
  for (const [, option] of read('README.md').matchAll(/npm start -- (--[a-z-]+)/g))
    expect(options).toContain(option)
})

test('the README example does what it says', () => {
  const start = initialState(
    { repository: 'acme/app', branch: 'main' },
    { ...defaultPolicy, trustedAuthors: ['ada'] },
  )
  const [, effects] = reduce(start, { _tag: 'ServiceStarted', at: epochMs(1) })
  expect(effects.map((effect) => effect._tag)).toEqual(['ReadBranch'])
  expect(blocks(read('README.md'), 'ts')[0]).toContain("reduce(start, { _tag: 'ServiceStarted'")
})

test('the guide of the local Batch names options and differences that exist', () => {
  const guide = read('docs/guides/local-batch.md')
  const options = read('packages/runner/src/cli/localCommand.ts')
  for (const [, option] of guide.matchAll(/^\| `(--[a-z]+)/gm)) expect(options).toContain(option)
  expect(blocks(guide, 'sh').join()).toContain('local batch --dir')
  const held = read('packages/adapters-batch/test/client/openapi.test.ts')
  for (const word of ['create-fast', 'commit', 'attempts', 'billing_projects', 'log/{container}', 'DELETE'])
    expect(guide.includes(word) && held.includes(word), word).toBe(true)
})
