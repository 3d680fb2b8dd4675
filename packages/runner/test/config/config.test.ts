import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultPolicy } from '@headgate/core'
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
    token: { _tag: 'File', path: '/etc/headgate/secrets/github' },
    webhookSecret: { _tag: 'Env', name: 'HOOK_SECRET' },
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

test.each<[string, () => string, number, RegExp]>([
  ['an empty file', () => '', 1, /The file: expected a mapping with github/],
  ['not YAML', () => edit('url: https', 'url: [https'), 6, /Not YAML/],
  ['a duplicate key', () => `${GOOD}stateDir: other\n`, 19, /Not YAML: Map keys must be unique/],
  [
    'an unknown key at the top',
    () => `${GOOD}colour: red\n`,
    19,
    /"colour": unknown key; known are github, batch/,
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
    /"branches.0.policy.maxTestRun": is no field of Policy/,
  ],
  [
    'a bad policy value',
    () => edit('pollSeconds: 60', 'pollSeconds: soon'),
    16,
    /"branches.0.policy.durations.pollSeconds": expected Seconds/,
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
