/** `headgate build`, as people run it: the commands of the guide, on the file of the guide. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { runCli, scratch } from '../support/cli.js'

const PATIENCE = 60_000
const guide = readFileSync(fileURLToPath(new URL('../../docs/guides/build-file.md', import.meta.url)), 'utf8')
const yaml = /```yaml\n([\s\S]*?)```/.exec(guide)?.[1] ?? ''
const commands = [...guide.matchAll(/^npm run -s headgate -- (build .*)$/gm)].map((match) => match[1] ?? '')

/** A directory with the guide's file, a manifest and inputs. */
const repository = (text = yaml): string => {
  const dir = scratch()
  mkdirSync(join(dir, 'shop'))
  writeFileSync(join(dir, 'build.yaml'), text)
  writeFileSync(join(dir, 'shop/deployment.yaml'), 'image: {{ shop_image.image }}\n')
  writeFileSync(join(dir, 'inputs.yaml'), 'code: {number: 12}\nglobal: {cloud: gcp}\n')
  return dir
}

test('the guide has commands', () => expect(commands).toHaveLength(6))

test.each(commands)('%s', { timeout: PATIENCE }, async (command) => {
  const { status, stdout, stderr } = await runCli(command.split(' '), repository())
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).not.toBe('')
})

test(
  'select says which steps have no jobs; plan what each job waits for',
  { timeout: PATIENCE },
  async () => {
    const dir = repository(yaml.replace('name: shop_db', 'name: shop_db\n    scopes: [dev]'))
    const selected = await runCli(['build', 'select', 'build.yaml', '--changed', 'shop/app.py'], dir)
    expect(selected.stdout.trim().split('\n')).toEqual([
      'ns',
      'source',
      'shop_image',
      'test_shop',
      'shop_db (not in scope test)',
      'deploy_shop',
    ])
    const planned = await runCli(['build', 'plan', 'build.yaml', '--scope', 'dev', '--step', 'shop_db'], dir)
    expect(planned.stdout.trim().split('\n')).toEqual([
      '1 ns',
      '2 source',
      '3 shop_image after source',
      '4 shop_db_create_passwords after ns, shop_image',
      '5 shop_db after shop_db_create_passwords',
    ])
  },
)

test('inputs reach the scripts, and --json is what Batch gets', { timeout: PATIENCE }, async () => {
  const dir = repository()
  const rendered = await runCli(
    ['build', 'render', 'build.yaml', 'deploy_shop', '--inputs', 'inputs.yaml'],
    dir,
  )
  expect(rendered.stdout).toContain("echo 'image: registry.example/shop:test-pr-12-shop-image' | kubectl")
  const planned = await runCli(['build', 'plan', 'build.yaml', '--json'], dir)
  const jobs = JSON.parse(planned.stdout) as { job_id: number; attributes: { name: string } }[]
  expect(jobs.map(({ job_id: id }) => id)).toEqual(jobs.map((_, index) => index + 1))
  expect(jobs.at(-1)?.attributes.name).toBe('deploy_shop_logs')
})

test('pictures are DOT and SVG', { timeout: PATIENCE }, async () => {
  const dir = repository()
  await runCli(['build', 'select', 'build.yaml', '--graph', 'steps.dot'], dir)
  expect(readFileSync(join(dir, 'steps.dot'), 'utf8')).toContain('"source" -> "shop_image"')
  await runCli(['build', 'plan', 'build.yaml', '--graph', 'jobs.svg'], dir)
  const svg = readFileSync(join(dir, 'jobs.svg'), 'utf8')
  expect(svg).toContain('<svg')
  expect(svg).toContain('cleanup_shop_image')
})

test.each<[string, ReadonlyArray<string>, number, RegExp]>([
  [
    'an error of the file',
    ['check', 'bad.yaml'],
    1,
    /^bad\.yaml:4:5: Step "a" lacks the field "script"\. Add/,
  ],
  [
    'an error of a template',
    ['check', 'template.yaml', '--inputs', 'inputs.yaml'],
    1,
    /"nothing" is not defined/,
  ],
  ['no file', ['check', 'none.yaml'], 2, /none\.yaml: It can't be read/],
  ['an unknown step', ['plan', 'build.yaml', '--step', 'nobody'], 2, /There is no step "nobody"/],
  ['exclusion in a test', ['plan', 'build.yaml', '--exclude', 'ns'], 2, /in scope dev only/],
  ['two choices', ['select', 'build.yaml', '--step', 'ns', '--changed', 'x'], 2, /both choose/],
  ['an unknown scope', ['plan', 'build.yaml', '--scope', 'prod'], 2, /Allowed choices are test, deploy, dev/],
  ['an unknown job', ['render', 'build.yaml', 'nobody'], 2, /There is no job "nobody"/],
  ['inputs of a wrong form', ['plan', 'build.yaml', '--inputs', 'bad.yaml'], 2, /Invalid value/],
  ['a picture nowhere', ['plan', 'build.yaml', '--graph', 'no/where.svg'], 2, /cannot be made/],
])('%s is told, with an exit status', { timeout: PATIENCE }, async (_, args, expected, said) => {
  const dir = repository()
  writeFileSync(
    join(dir, 'bad.yaml'),
    'token: 1\nrepoPrefix: /repo\nsteps:\n  - {kind: runImage, name: a, image: x}\n',
  )
  writeFileSync(
    join(dir, 'template.yaml'),
    'steps:\n  - {kind: runImage, name: a, image: x, script: "{{ nothing }}"}\n',
  )
  const { status, stdout, stderr } = await runCli(['build', ...args], dir)
  expect((stdout + stderr).split('\n').filter((line) => said.test(line))).not.toEqual([])
  expect(status).toBe(expected)
})
