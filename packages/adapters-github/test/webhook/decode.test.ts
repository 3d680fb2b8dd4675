import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { addressesOf } from '../../src/webhook/address.js'
import { decodeHook } from '../../src/webhook/decode.js'

interface Definition {
  readonly name: string
  readonly examples: ReadonlyArray<Readonly<Record<string, unknown>>>
}
const resolve = createRequire(import.meta.url).resolve
const read = (folder: string): ReadonlyArray<Definition> =>
  JSON.parse(
    readFileSync(resolve('@octokit/webhooks-examples').replace('api.github.com', folder), 'utf8'),
  ) as ReadonlyArray<Definition>
const definitions = read('api.github.com')
const examples = definitions.flatMap(({ name, examples: all }) => all.map((payload) => ({ name, payload })))

const USED = new Set([
  ...['pull_request', 'pull_request_review', 'push', 'status', 'check_run', 'check_suite', 'ping'],
  'branch_protection_rule',
])

const TELLING = new Set([
  'archived',
  'unarchived',
  'edited',
  'renamed',
  'transferred',
  'publicized',
  'privatized',
])
/** Whoever reads GitHub's list of events would expect these to matter, so each has a reason of its own. */
const NAMED = ['merge_group', 'installation', 'workflow_run', 'pull_request_review_thread']

test('what is ignored although it sounds as if it mattered has a reason of its own', () => {
  for (const name of NAMED) {
    const payload = { action: 'created', repository: { full_name: 'a/b' } }
    const hook = decodeHook(name, payload)
    if (E.isLeft(hook) || hook.right._tag !== 'Ignored') throw new Error(`${name} is not ignored`)
    expect(hook.right.reason).not.toMatch(/says nothing about tests/)
  }
})

test('a repository that is archived or renamed is read afresh', () => {
  const hook = (action: string) => decodeHook('repository', { action, repository: { full_name: 'a/b' } })
  expect(hook('renamed')).toEqual(E.right({ _tag: 'RulesChanged', repository: 'a/b' }))
  expect(hook('created')).toMatchObject(E.right({ _tag: 'Ignored' }))
})

test('every published example payload is decoded, or ignored with a reason', () => {
  expect(examples.length).toBeGreaterThan(300)
  for (const { name, payload } of examples) {
    const hook = decodeHook(name, payload)
    if (E.isLeft(hook)) throw new Error(`${name}: ${hook.left.place}`)
    const tagPush = name === 'push' && String(payload['ref']).startsWith('refs/tags/')
    const used = USED.has(name) || (name === 'repository' && TELLING.has(String(payload['action'])))
    expect(hook.right._tag === 'Ignored', name).toBe(!used || tagPush)
    if (hook.right._tag === 'Ignored') expect(hook.right.reason.length).toBeGreaterThan(20)
  }
})

test('the payloads of GitHub Enterprise servers decode too', () => {
  for (const folder of ['ghes-31', 'ghes-35'])
    for (const { name, examples: all } of read(folder))
      for (const payload of all) expect(E.isRight(decodeHook(name, payload)), `${folder} ${name}`).toBe(true)
})

const example = (name: string, action?: string): Readonly<Record<string, unknown>> => {
  const found = examples.find(
    (e) => e.name === name && (action === undefined || e.payload['action'] === action),
  )
  if (found === undefined) throw new Error(`no example of ${name}`)
  return found.payload
}
const addresses = (name: string, payload: unknown) => {
  const hook = decodeHook(name, payload)
  if (E.isLeft(hook)) throw new Error(hook.left.place)
  return addressesOf(hook.right)
}
const repository = 'Codertocat/Hello-World'

test('a pull request concerns itself on its base branch', () => {
  expect(addresses('pull_request', example('pull_request', 'synchronize'))).toEqual([
    { repository, branch: some('master'), concern: { _tag: 'PullRequest', pr: 2 } },
  ])
})

test('a retargeted pull request concerns the old base as well as the new one', () => {
  const payload = {
    ...example('pull_request', 'synchronize'),
    action: 'edited',
    changes: { base: { ref: { from: 'release' }, sha: { from: '0' } } },
  }
  expect(addresses('pull_request', payload).map((a) => a.branch)).toEqual([some('master'), some('release')])
})

test('an edited title does not address another branch', () => {
  const payload = {
    ...example('pull_request', 'synchronize'),
    action: 'edited',
    changes: { title: { from: 'x' } },
  }
  expect(addresses('pull_request', payload)).toHaveLength(1)
})

test('a review concerns its pull request', () => {
  expect(addresses('pull_request_review', example('pull_request_review'))).toEqual([
    { repository, branch: some('master'), concern: { _tag: 'PullRequest', pr: 2 } },
  ])
})

test('a push concerns the head of its branch, whatever the name of the branch', () => {
  const payload = { ...example('push'), ref: 'refs/heads/feature/with/slashes' }
  expect(addresses('push', payload)).toEqual([
    { repository, branch: some('feature/with/slashes'), concern: { _tag: 'Head' } },
  ])
})

test('statuses and checks concern a commit on every watched branch', () => {
  const sha = String(example('status')['sha'])
  expect(addresses('status', example('status'))).toEqual([
    { repository, branch: none, concern: { _tag: 'Checks', sha } },
  ])
  for (const name of ['check_run', 'check_suite'] as const)
    expect(addresses(name, example(name))[0]?.concern._tag).toBe('Checks')
})

test('changed rules concern everything', () => {
  expect(addresses('branch_protection_rule', example('branch_protection_rule'))[0]?.concern).toEqual({
    _tag: 'Everything',
  })
})

test('a misfit names the field', () => {
  const { pull_request: _, ...rest } = example('pull_request', 'opened')
  expect(decodeHook('pull_request', rest)).toMatchObject(
    E.left({
      code: 'PayloadUnexpected',
      place: expect.stringContaining('pull_request') as string,
      remedy: expect.stringMatching(/\w/) as string,
    }),
  )
  const noSha = { ...example('status'), sha: 'not a sha' }
  expect(decodeHook('status', noSha)).toMatchObject(
    E.left({ place: expect.stringContaining('sha') as string }),
  )
})

test('a request without an event name is turned away; an event of the future is ignored', () => {
  expect(decodeHook(null, {})).toMatchObject(E.left({ code: 'EventNameMissing' }))
  expect(decodeHook('<script>', {})).toMatchObject(E.left({ code: 'EventNameMissing' }))
  expect(decodeHook('quantum_merge', {})).toMatchObject(E.right({ _tag: 'Ignored' }))
  expect(decodeHook('constructor', {})).toMatchObject(E.right({ _tag: 'Ignored' }))
})

test('nothing whatever makes it throw', () => {
  const names = fc.constantFrom(...definitions.map((d) => d.name), 'toString', '__proto__')
  fc.assert(
    fc.property(names, fc.anything(), (name, payload) => {
      const hook = decodeHook(name, payload)
      return E.isLeft(hook) ? hook.left.place.length > 0 : addressesOf(hook.right).length <= 2
    }),
    { numRuns: 1000 },
  )
})

test('a real payload with one field damaged never throws', () => {
  const broken = fc.record({ pick: fc.nat(), key: fc.nat(), value: fc.anything() })
  fc.assert(
    fc.property(broken, ({ pick, key, value }) => {
      const chosen = examples[pick % examples.length]
      const keys = Object.keys(chosen?.payload ?? {})
      const damaged = { ...chosen?.payload, [keys[key % keys.length] ?? 'x']: value }
      return ['Left', 'Right'].includes(decodeHook(chosen?.name ?? '', damaged)._tag)
    }),
    { numRuns: 1000 },
  )
})
