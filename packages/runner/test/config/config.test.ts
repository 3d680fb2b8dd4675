import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultAdaptive, defaultPolicy } from '@headgate/core'
import { decodeConfig, readConfig } from '../../src/config/config.js'
import { readSecret } from '../../src/config/secret.js'
import { left, right, scratch } from '../support/states.js'

const GOOD = `github:
  tokenFile: secrets/github
  webhookSecretEnv: HOOK_SECRET
batch:
  url: https://batch.example.org
  tokenEnv: BATCH_TOKEN
  billingProject: ci
  storageUri: gs://bucket
stateDir: state
branches:
  - repository: acme/app
    branch: main
    policy:
      maxTestRuns: 5
      labels: { highPriority: urgent }
      durations: { pollSeconds: 60 }
  - repository: acme/app
    branch: release/1
`

test('a configuration is decoded; what it does not say is the default', () => {
  const config = right(decodeConfig(GOOD, '/etc/headgate/headgate.yaml'))
  expect(config.github).toEqual({
    apiUrl: 'https://api.github.com',
    gitUrl: 'https://github.com',
    credential: { _tag: 'Token', token: { _tag: 'File', path: '/etc/headgate/secrets/github' } },
    webhookSecrets: [{ _tag: 'Env', name: 'HOOK_SECRET' }],
    comment: false,
    bot: 'headgate',
  })
  expect(config.http).toEqual({
    host: '127.0.0.1',
    port: 8080,
    publicUrl: undefined,
    operatorToken: undefined,
  })
  expect(config.stateDir).toBe('/etc/headgate/state')
  expect(config.branches.map((b) => b.name.branch)).toEqual(['main', 'release/1'])
  expect(config.branches[1]?.policy).toEqual(defaultPolicy)
  expect(config.branches[0]?.policy).toEqual({
    ...defaultPolicy,
    maxTestRuns: 5,
    labels: { ...defaultPolicy.labels, highPriority: 'urgent' },
    durations: { ...defaultPolicy.durations, pollSeconds: 60 },
  })
})

test('an Enterprise server clones from its own address', () => {
  const text = GOOD.replace('github:', 'github:\n  apiUrl: https://git.example.org/api/v3/')
  expect(right(decodeConfig(text, 'c.yaml')).github).toMatchObject({
    apiUrl: 'https://git.example.org/api/v3',
    gitUrl: 'https://git.example.org',
  })
})

const edit = (from: string | RegExp, to: string): string => {
  const edited = GOOD.replace(from, to)
  expect(edited).not.toBe(GOOD)
  return edited
}

const policyIn = (lines: string) =>
  right(decodeConfig(edit('maxTestRuns: 5', lines), 'c.yaml')).branches[0]?.policy

test('a GitHub App in the place of a token, and a second secret while the first is being changed', () => {
  const app = 'app: { id: 12345, privateKeyFile: app.pem }\n  previousWebhookSecretEnv: OLD_SECRET'
  expect(right(decodeConfig(edit('tokenFile: secrets/github', app), '/etc/c.yaml')).github).toMatchObject({
    credential: { _tag: 'App', id: '12345', privateKey: { _tag: 'File', path: '/etc/app.pem' } },
    webhookSecrets: [
      { _tag: 'Env', name: 'HOOK_SECRET' },
      { _tag: 'Env', name: 'OLD_SECRET' },
    ],
  })
})

const CHECKS = `github: { tokenEnv: T, webhookSecretEnv: S }
stateDir: state
branches:
  - repository: acme/app
    branch: main
    engine: { name: github-checks, checks: { test: github-actions }, minimumSeconds: 5 }
`

test('where checks are the tests there is no Batch, and nothing deploys', () => {
  const config = right(decodeConfig(CHECKS, 'c.yaml'))
  expect(config.batch).toBeUndefined()
  expect(config.branches[0]).toMatchObject({
    engine: {
      ...{ _tag: 'GithubChecks', checks: { test: 'github-actions' } },
      ...{ minimumSeconds: 5, graceSeconds: 300 },
    },
    policy: { deployable: false },
  })
  expect(right(decodeConfig(GOOD, 'c.yaml')).branches[0]?.engine).toEqual({ _tag: 'Batch' })
})

test.each<[string, string, RegExp]>([
  ['no checks', 'engine: { name: github-checks, checks: {} }', /engine.checks": name at least one check/],
  ['a name alone', 'engine: github-checks', /engine": say which checks count and whose/],
  ['another engine', 'engine: jenkins', /"jenkins" is no engine; there are batch and github-checks/],
  ['an unknown field', 'engine: { name: github-checks, cheks: {} }', /cheks": unknown key/],
  [
    'an app that is none',
    'engine: { name: github-checks, checks: { a: 3 } }',
    /checks.a": expected the slug/,
  ],
  [
    'a deploy',
    'engine: { name: github-checks, checks: { a: b } }\n    policy: { deployable: true }',
    /checks can't deploy/,
  ],
])('an engine with %s is told', (_, engine, words) => {
  const problem = left(decodeConfig(CHECKS.replace(/engine: .*/, engine), 'c.yaml'))
  expect(problem.place).toMatch(/^c\.yaml:[67]$/)
  expect(problem.sentence).toMatch(words)
})

test('without Batch a branch needs an engine', () => {
  expect(left(decodeConfig(CHECKS.replace(/ {4}engine: .*\n/, ''), 'c.yaml')).sentence).toMatch(
    /"batch" is missing/,
  )
})

test('an App and a token at once are told', () => {
  const both = 'app: { id: 1, privateKeyEnv: K }\n  tokenFile: secrets/github'
  expect(left(decodeConfig(edit('tokenFile: secrets/github', both), 'c.yaml')).sentence).toMatch(
    /an App and a token are both given/,
  )
  const keyless = left(decodeConfig(edit('tokenFile: secrets/github', 'app: { id: 1 }'), 'c.yaml'))
  expect(keyless.sentence).toMatch(/"github.app": "privateKeyFile" or "privateKeyEnv" is missing/)
})

test('strategy, order and retries: a name will do, and what is not said is as usual', () => {
  expect(policyIn('strategy: batch')).toMatchObject({ strategy: { _tag: 'batch', size: 8 } })
  expect(policyIn('strategy: { name: batch, size: 3 }')).toMatchObject({
    strategy: { _tag: 'batch', size: 3 },
  })
  expect(policyIn('strategy: { name: speculative, window: growing }')?.strategy).toEqual({
    ...{ _tag: 'speculative', depth: 8, window: 'growing' },
  })
  expect(policyIn('strategy: { name: adaptive, assume: { flaking: 0.1 } }')?.strategy).toEqual({
    ...defaultAdaptive,
    assume: { ...defaultAdaptive.assume, flaking: 0.1 },
  })
  // As the journal writes it.
  expect(policyIn('strategy: { _tag: batch, size: 2 }')?.strategy).toEqual({ _tag: 'batch', size: 2 })
  expect(policyIn('order: { name: arrival, headStart: 0 }')?.order).toEqual({
    ...{ _tag: 'arrival', headStart: 0 },
  })
  expect(policyIn('order: arrival')?.order).toMatchObject({ _tag: 'arrival' })
  expect(policyIn('retries: { failed: 2 }')?.retries).toEqual({ ...defaultPolicy.retries, failed: 2 })
})

test.each<[string, string, RegExp]>([
  ['an unknown strategy', 'strategy: bacth', /strategy": "bacth" is unknown; known are serial, batch, spec/],
  ['a strategy without a name', 'strategy: { size: 3 }', /strategy": expected a name, or a mapping with a/],
  ['a strategy that is no name', 'strategy: 3', /strategy.*expected/i],
  [
    'a setting of another strategy',
    'strategy: { name: serial, size: 3 }',
    /strategy.size": there is no such setting/,
  ],
  ['a size of nothing', 'strategy: { name: batch, size: 0 }', /size": expected a whole number from 1 on/],
  ['a window that is none', 'strategy: { name: speculative, window: wide }', /window": expected "fixed" \|/],
  ['a chance', 'strategy: { name: adaptive, assume: { failing: 3 } }', /failing": expected a number between/],
  ['an unknown order', 'order: random', /order": "random" is unknown; known are checks, arrival/],
  [
    'a head start',
    'order: { name: arrival, headStart: -1 }',
    /headStart": expected a whole number from 0 on/,
  ],
  ['a retry', 'retries: { failed: often }', /retries.failed": expected a whole number from 0 on/],
  ['a class of retries', 'retries: { cosmic: 1 }', /retries.cosmic": there is no such setting/],
  [
    'a chain that nothing could land',
    'strategy: batch\n      landing: forge-merge',
    /strategy": "batch" lands several pull requests as one chain, which only "landing: fast-forward" can do/,
  ],
])('%s is told, with its line', (_, lines, words) => {
  const problem = left(decodeConfig(edit('maxTestRuns: 5', lines), 'c.yaml'))
  expect(problem.place).toBe('c.yaml:14')
  expect(problem.sentence).toMatch(words)
})

test.each<[string, () => string, number, RegExp]>([
  ['an empty file', () => '', 1, /The file: expected a mapping with github/],
  ['not YAML', () => edit('url: https', 'url: [https'), 6, /Not YAML/],
  ['a duplicate key', () => `${GOOD}stateDir: other\n`, 19, /Not YAML: Map keys must be unique/],
  [
    'an unknown key at the top',
    () => `${GOOD}colour: red\n`,
    19,
    /"colour": unknown key; known are github, stateDir, branches, http, batch/,
  ],
  [
    'an unknown key below',
    () => edit('billingProject: ci', 'billingProject: ci\n  bilingProject: x'),
    8,
    /"batch.bilingProject": unknown key/,
  ],
  ['a missing section', () => edit('stateDir: state\n', ''), 1, /"stateDir" is missing/],
  ['a missing field', () => edit('  billingProject: ci\n', ''), 5, /"batch": "billingProject" is missing/],
  [
    'a bad address',
    () => edit('https://batch.example.org', 'ftp://x'),
    5,
    /"batch.url": expected an http or https address/,
  ],
  [
    'a bad repository',
    () => edit('repository: acme/app', 'repository: acme'),
    11,
    /"branches.0.repository": expected a repository as owner\/name/,
  ],
  ['a port that is none', () => `${GOOD}http: { port: 70000 }\n`, 19, /"http.port": expected a port number/],
  [
    'no branches',
    () => `${GOOD.slice(0, GOOD.indexOf('branches:'))}branches: []\n`,
    10,
    /"branches": expected a list of at least one/,
  ],
  ['a branch twice', () => edit('branch: release/1', 'branch: main'), 17, /acme\/app:main is watched twice/],
  [
    'an unknown policy field',
    () => edit('maxTestRuns: 5', 'maxTestRun: 5'),
    14,
    /"branches.0.policy.maxTestRun": there is no such setting/,
  ],
  [
    'a bad policy value',
    () => edit('pollSeconds: 60', 'pollSeconds: soon'),
    16,
    /"branches.0.policy.durations.pollSeconds": expected a number of seconds, more than 0/,
  ],
  [
    'a missing secret',
    () => edit('  tokenFile: secrets/github\n', ''),
    2,
    /"github": "tokenFile" or "tokenEnv" is missing/,
  ],
  [
    'a secret in two places',
    () => edit('tokenEnv: BATCH_TOKEN', 'tokenEnv: BATCH_TOKEN\n  tokenFile: f'),
    5,
    /"tokenFile" and "tokenEnv" are both given/,
  ],
  [
    'open to the network without a token',
    () => `${GOOD}http: { host: 0.0.0.0 }\n`,
    19,
    /operators need no token/,
  ],
])('%s is told with its line', (_, text, line, words) => {
  const problem = left(decodeConfig(text(), 'c.yaml'))
  expect(problem.place).toMatch(new RegExp(`^c\\.yaml:${line}(:\\d+)?$`))
  expect(problem.sentence).toMatch(words)
  expect(problem.remedy).not.toBe('')
})

test('a configuration that is not there', () => {
  expect(left(readConfig('/nowhere/c.yaml'))).toMatchObject({
    place: '/nowhere/c.yaml',
    sentence: 'There is no such file.',
  })
})

test('secrets are read afresh, trimmed, and named without being told', () => {
  const dir = scratch()
  const secret = { _tag: 'File', path: join(dir, 'token') } as const
  expect(left(readSecret(secret))).toMatchObject({ place: secret.path })
  writeFileSync(secret.path, ' first \n')
  expect(right(readSecret(secret))).toBe('first')
  writeFileSync(secret.path, 'second')
  expect(right(readSecret(secret))).toBe('second')
  writeFileSync(secret.path, '\n')
  expect(left(readSecret(secret)).sentence).toBe('The secret is empty.')
  mkdirSync(join(dir, 'd'))
  expect(left(readSecret({ _tag: 'File', path: join(dir, 'd') })).code).toBe('secret')
  expect(right(readSecret({ _tag: 'Env', name: 'X' }, { X: 'y' }))).toBe('y')
  expect(left(readSecret({ _tag: 'Env', name: 'X' }, {})).place).toBe('$X')
})
