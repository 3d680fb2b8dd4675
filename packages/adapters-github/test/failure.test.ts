import { expect, test } from 'vitest'
import { classifyHttp, classifyNetwork, classifyThrown } from '../src/failure.js'
import { classifyGraphql } from '../src/query/answer.js'

const http = (status: number, access: 'read' | 'write', headers = {}, message = 'no') =>
  classifyHttp({ status, message, headers, credential: 'the token in GITHUB_TOKEN' }, access)

test('a server error leaves a write open and a read undone', () => {
  for (const status of [500, 502, 503, 504, 408]) {
    expect(http(status, 'read').kind).toBe('transient')
    expect(http(status, 'write').kind).toBe('unknown')
  }
})

test('a refusal is final and names the credential where it is to blame', () => {
  for (const status of [400, 401, 403, 404, 409, 410, 422])
    expect(http(status, 'write').kind).toBe('permanent')
  expect(http(401, 'read').text).toContain('the token in GITHUB_TOKEN')
  expect(http(403, 'read').text).toContain('the token in GITHUB_TOKEN')
})

test('rate limits are not refusals', () => {
  const message = 'You have exceeded a secondary rate limit'
  expect(http(429, 'write').code).toBe('RateLimited')
  expect(http(403, 'write', {}, message)).toMatchObject({ kind: 'transient', code: 'RateLimited' })
  expect(http(403, 'write', { 'retry-after': '60' })).toMatchObject({
    kind: 'transient',
    text: expect.stringContaining('60 s') as string,
  })
  const reset = http(403, 'read', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1700000000' })
  expect(reset.text).toContain('2023-11-14T22:13:20')
})

test('what was never sent did not happen; what was cut off may have', () => {
  const refused = new TypeError('fetch failed', {
    cause: new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]),
  })
  expect(classifyNetwork(refused, 'write')).toMatchObject({ kind: 'transient', code: 'Unreachable' })
  const cut = new TypeError('fetch failed', {
    cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
  })
  expect(classifyNetwork(cut, 'write').kind).toBe('unknown')
  expect(classifyNetwork(cut, 'read').kind).toBe('transient')
  const late = new DOMException('late', 'TimeoutError')
  expect(classifyNetwork(late, 'write')).toMatchObject({ kind: 'unknown', code: 'Timeout' })
})

test('anything at all can be thrown', () => {
  const circle: { cause?: unknown } = {}
  circle.cause = circle
  for (const thrown of [undefined, null, 'text', 7, circle, new Error('a\n  at stack')])
    expect(classifyThrown(thrown, 'read', 'x')).toMatchObject({ kind: 'transient' })
  const error = Object.assign(new Error('Bad credentials'), { response: { status: 401, headers: {} } })
  expect(classifyThrown(error, 'write', 'x')).toMatchObject({ kind: 'permanent', code: 'BadCredentials' })
})

test('GraphQL errors by their type', () => {
  const error = (type: string, message = 'm') => ({ type, message, path: 'repository' })
  expect(classifyGraphql(error('RATE_LIMITED'), 'write').kind).toBe('transient')
  expect(classifyGraphql(error('NOT_FOUND'), 'read')).toMatchObject({ kind: 'permanent', code: 'NOT_FOUND' })
  const own = error(
    '',
    'Something went wrong while executing your query. This may be the result of a timeout',
  )
  expect(classifyGraphql(own, 'read').kind).toBe('transient')
  expect(classifyGraphql(own, 'write').kind).toBe('unknown')
  expect(classifyGraphql(error('undefinedField'), 'write').kind).toBe('permanent')
})
