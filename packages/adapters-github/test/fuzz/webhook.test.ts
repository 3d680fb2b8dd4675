/** A delivery may hold anything, signed or not: it is turned away in words, or let in; nothing throws. */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  deep,
  deepText,
  mutated,
  mutatedText,
  seeded,
  strangeValue,
} from '../../../../test/support/hostile.js'
import { addressesOf } from '../../src/webhook/address.js'
import { decodeHook } from '../../src/webhook/decode.js'
import { receiveHook } from '../../src/webhook/receive.js'

const options = seeded('webhook', 500)
const NAMES = ['pull_request', 'pull_request_review', 'push', 'status', 'check_run', 'check_suite', 'ping']
const names = fc.constantFrom(
  ...NAMES,
  'branch_protection_rule',
  'repository_ruleset',
  '__proto__',
  'constructor',
)

interface Definition {
  readonly name: string
  readonly examples: ReadonlyArray<unknown>
}
const file = createRequire(import.meta.url).resolve('@octokit/webhooks-examples')
const definitions = JSON.parse(readFileSync(file, 'utf8')) as ReadonlyArray<Definition>
const good = definitions
  .filter(({ name }) => NAMES.includes(name))
  .flatMap(({ name, examples }) => examples.slice(0, 3).map((payload) => ({ name, payload })))

const sound = (name: string | null, payload: unknown): 'Left' | 'Right' => {
  const hook = decodeHook(name, payload)
  if (hook._tag === 'Left') {
    expect(hook.left.sentence).toMatch(/\.$/)
    expect(hook.left.place).not.toBe('')
    expect(JSON.stringify(hook.left).length).toBeLessThan(2_000)
  } else expect(Array.isArray(addressesOf(hook.right))).toBe(true)
  return hook._tag
}

test('any payload under any name', () => {
  fc.assert(
    fc.property(fc.oneof(names, fc.string()), fc.oneof(strangeValue, fc.anything()), (name, payload) => {
      sound(name, payload)
    }),
    options,
  )
})

test("GitHub's payloads with something wrong in them", () => {
  expect(good.length).toBeGreaterThan(10)
  const seen = new Set<string>()
  const broken = fc
    .constantFrom(...good)
    .chain(({ name, payload }) => mutated(payload).map((json) => ({ name, json })))
  fc.assert(
    fc.property(broken, ({ name, json }) => void seen.add(sound(name, json))),
    options,
  )
  // The fields that count are few among many: they are hit on their own.
  const core = {
    action: 'opened',
    repository: { full_name: 'acme/app' },
    pull_request: { number: 1, base: { ref: 'main' } },
  }
  fc.assert(
    fc.property(mutated(core), (json) => void seen.add(sound('pull_request', json))),
    options,
  )
  expect(seen).toEqual(new Set(['Left', 'Right']))
})

test('nested a hundred thousand deep', () => {
  for (const name of NAMES) sound(name, deep(100_000))
  sound('pull_request', { action: deep(100_000), repository: deep(100_000), pull_request: deep(100_000) })
})

const SECRET = 'secret'
const received = (body: Uint8Array, name: string, sign: boolean) => {
  const signature = `sha256=${createHmac('sha256', sign ? SECRET : 'other')
    .update(body)
    .digest('hex')}`
  const headers = new Headers({ 'x-hub-signature-256': signature, 'x-github-event': name })
  return receiveHook(headers, body, [SECRET], 1_000_000)
}

test('any bytes, signed: turned away in words, or let in', () => {
  const text = JSON.stringify(good[0]?.payload)
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.oneof(mutatedText(text), fc.string({ unit: 'binary' })).map((s) => new TextEncoder().encode(s)),
    fc.constant(new TextEncoder().encode(deepText(100_000))),
  )
  fc.assert(
    fc.property(bytes, fc.boolean(), (body, sign) => {
      const result = received(body, 'pull_request', sign)
      if (!sign) expect(result).toMatchObject({ left: { httpStatus: 401 } })
      else if (result._tag === 'Left') expect([400, 413]).toContain(result.left.httpStatus)
    }),
    options,
  )
})
