import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { addressedTo } from '../../src/webhook/address.js'
import { receiveHook } from '../../src/webhook/receive.js'
import { verifySignature } from '../../src/webhook/verify.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const sign = (secret: string, body: Uint8Array) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
const push = bytes(JSON.stringify({ ref: 'refs/heads/main', repository: { full_name: 'Acme/App' } }))
const headers = (signature: string, event = 'push') =>
  new Headers({
    'X-GitHub-Event': event,
    'X-Hub-Signature-256': signature,
    'X-GitHub-Delivery': 'd-1',
  })
const receive = (body: Uint8Array, signature: string, event?: string) =>
  receiveHook(headers(signature, event), body, ['old', 'new'], 1000)

test('the signature of GitHub’s own documentation verifies', () => {
  const known = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
  expect(verifySignature(["It's a Secret to Everybody"], bytes('Hello, World!'), known)).toBe(true)
  expect(verifySignature(["It's a Secret to Everybody"], bytes('Hello, World?'), known)).toBe(false)
})

test('any secret of a rotation will do', () => {
  for (const secret of ['old', 'new'])
    expect(receive(push, sign(secret, push))).toMatchObject(
      E.right({ delivery: some('d-1'), addresses: [{ repository: 'Acme/App', branch: some('main') }] }),
    )
})

test('a wrong, damaged, absent or empty-secret signature is refused before anything is parsed', () => {
  const garbage = bytes('{')
  for (const signature of [sign('other', garbage), 'sha256=00', '', 'sha1=abc', `${sign('old', garbage)}0`])
    expect(receive(garbage, signature)).toMatchObject(E.left({ httpStatus: 401, code: 'SignatureRefused' }))
  expect(receiveHook(new Headers(), push, ['old'], 1000)).toMatchObject(E.left({ httpStatus: 401 }))
  expect(receiveHook(headers(sign('', push)), push, [''], 1000)).toMatchObject(E.left({ httpStatus: 401 }))
  expect(receiveHook(headers(sign('', push)), push, [], 1000)).toMatchObject(E.left({ httpStatus: 401 }))
})

test('a body past the limit is refused before it is signed for', () => {
  const large = new Uint8Array(1001)
  expect(receive(large, sign('old', large))).toMatchObject(E.left({ httpStatus: 413, code: 'BodyTooLarge' }))
})

test('what is not JSON, or not GitHub’s, is a bad request', () => {
  for (const body of [bytes('payload=%7B%7D'), new Uint8Array([0xff, 0xfe]), bytes('')])
    expect(receive(body, sign('old', body))).toMatchObject(E.left({ httpStatus: 400, code: 'BodyNotJson' }))
  const empty = bytes('{}')
  expect(receive(empty, sign('old', empty))).toMatchObject(
    E.left({ httpStatus: 400, code: 'PayloadUnexpected' }),
  )
})

test('an address finds its branch in any case of the repository, never in another branch', () => {
  const received = receive(push, sign('old', push))
  if (E.isLeft(received)) throw new Error(received.left.sentence)
  const [address] = received.right.addresses
  if (address === undefined) throw new Error('no address')
  expect(addressedTo(address, { repository: 'acme/app', branch: 'main' })).toBe(true)
  expect(addressedTo(address, { repository: 'acme/app', branch: 'Main' })).toBe(false)
  expect(addressedTo(address, { repository: 'acme/app2', branch: 'main' })).toBe(false)
})

test('any signed bytes give an answer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (body, event) => {
      const lookup = {
        get: (name: string) => (name === 'x-hub-signature-256' ? sign('new', body) : event),
      }
      const received = receiveHook(lookup, body, ['old', 'new'], 1000)
      return E.isRight(received) || received.left.httpStatus === 400
    }),
  )
})
