import { expect, test } from 'vitest'
import { isOwnHost, isSameSite, isToken } from '../../src/http/guards.js'

test.each([
  ['127.0.0.1:8080', true],
  ['localhost', true],
  ['[::1]:80', true],
  ['Gate.Example.org', true],
  ['evil.example', false],
  ['localhost.evil.example:8080', false],
  ['127.0.0.1.evil.example', false],
  ['', false],
  [undefined, false],
])('the host %s is ours: %s', (host, own) => {
  expect(isOwnHost(host, ['gate.example.org'])).toBe(own)
})

const host = '127.0.0.1:8080'
test.each([
  ['curl', { host, origin: undefined, site: undefined }, true],
  ['our page', { host, origin: 'http://127.0.0.1:8080', site: 'same-origin' }, true],
  ['an address typed in', { host, origin: undefined, site: 'none' }, true],
  ['our page behind a proxy', { host, origin: 'https://gate.example.org', site: 'same-origin' }, true],
  ['a stranger', { host, origin: 'http://evil.example', site: 'cross-site' }, false],
  ['a stranger with an old browser', { host, origin: 'http://evil.example', site: undefined }, false],
  ['another port of this machine', { host, origin: 'http://127.0.0.1:9999', site: 'same-site' }, false],
  ['another port, old browser', { host, origin: 'http://127.0.0.1:9999', site: undefined }, false],
  ['a sandboxed frame', { host, origin: 'null', site: undefined }, false],
])('%s may press buttons: %s', (_, from, may) => {
  expect(isSameSite(from, 'gate.example.org')).toBe(may)
})

test('tokens', () => {
  expect(isToken('abc', 'abc')).toBe(true)
  expect(isToken('abd', 'abc')).toBe(false)
  expect(isToken('ab', 'abc')).toBe(false)
  expect(isToken(undefined, 'abc')).toBe(false)
})
