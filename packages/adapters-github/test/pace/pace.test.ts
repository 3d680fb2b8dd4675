import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { makeGithubClient } from '../../src/client.js'
import { adviceOf } from '../../src/pace/advice.js'
import { makePace, type PaceOptions } from '../../src/pace/pace.js'

const answered = (status: number, headers: Readonly<Record<string, string>> = {}) => ({
  status,
  header: (name: string) => headers[name] ?? null,
})

/** A pace whose time passes only while it sleeps. */
const paced = (options: PaceOptions = {}) => {
  const clock = { now: 1_000_000 }
  const slept: number[] = []
  const pace = makePace({
    ...{ now: () => clock.now, random: () => 0 },
    sleep: (ms) => {
      slept.push(ms)
      clock.now += ms
      return Promise.resolve()
    },
    ...options,
  })
  return { pace, clock, slept }
}
const nothing = () => Promise.resolve('done')

test('what GitHub says about asking again', () => {
  const advice = (status: number, headers = {}, limited = false) =>
    adviceOf(answered(status, headers), limited, 1000)
  expect(advice(200, { 'x-ratelimit-remaining': '12' })).toEqual({ _tag: 'GoOn' })
  expect(advice(429, { 'retry-after': '7' })).toEqual({ _tag: 'Wait', until: 8000 })
  expect(
    advice(403, { 'retry-after': '7', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99' }),
  ).toEqual({
    ...{ _tag: 'Wait', until: 8000 },
  })
  expect(advice(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99' })).toEqual({
    ...{ _tag: 'Wait', until: 99_000 },
  })
  expect(advice(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '99' })).toEqual({
    ...{ _tag: 'Wait', until: 99_000 },
  })
  expect(advice(403, {}, true)).toEqual({ _tag: 'WaitUnsaid' })
  expect(advice(403)).toEqual({ _tag: 'GoOn' })
  expect(advice(429, { 'retry-after': 'soon' })).toEqual({ _tag: 'WaitUnsaid' })
})

test('after Retry-After nothing goes out before its time, then everything', async () => {
  const { pace, clock } = paced({ width: 2 })
  pace.heed(answered(429, { 'retry-after': '30' }), true)
  const out: Array<readonly [number, number]> = []
  const work = (n: number) => () => {
    out.push([n, clock.now])
    return Promise.resolve(n)
  }
  await Promise.all([1, 2, 3, 4].map((n) => pace.inTurn('read', work(n))))
  expect(out.map(([n]) => n).sort()).toEqual([1, 2, 3, 4])
  expect(out.every(([, at]) => at >= 1_030_000)).toBe(true)
})

test('a turn that comes too late is a failure that names the time, and nothing is sent', async () => {
  const { pace } = paced()
  pace.heed(answered(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4000' }), true)
  let sent = 0
  const answer = await pace.inTurn('read', () => Promise.resolve(++sent))
  expect(answer).toMatchObject(
    E.left({
      ...{ kind: 'transient', code: 'RateLimited' },
      text: 'GitHub limits our requests until 1970-01-01T01:06:40.000Z.',
    }),
  )
  expect([sent, pace.usage().requests]).toEqual([0, 0])
})

test('an unnamed limit is waited out for a minute, two, four: a volley of refusals counts once', async () => {
  const { pace, clock } = paced({ patienceMs: 10_000_000 })
  const pauses = []
  for (let round = 0; round < 6; round++) {
    for (let n = 0; n < 5; n++) pace.heed(answered(403), true)
    pauses.push((pace.usage().pausedUntil - clock.now) / 60_000)
    await pace.inTurn('read', nothing)
  }
  expect(pauses).toEqual([1, 2, 4, 8, 15, 15])
  pace.heed(answered(200), false)
  pace.heed(answered(403), true)
  expect(pace.usage().pausedUntil - clock.now).toBe(60_000)
})

test('what waited comes back spread over two seconds', async () => {
  const { pace, slept } = paced({ random: () => 0.5 })
  pace.heed(answered(429, { 'retry-after': '10' }), true)
  await pace.inTurn('read', nothing)
  expect(slept).toEqual([11_000])
})

test('any minute has at most so many writes, and reads do not wait for them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 20_000 })), { maxLength: 60 }),
      async (calls) => {
        const { pace, clock } = paced({ writesPerMinute: 3 })
        const writes: number[] = []
        for (const [isWrite, gap] of calls) {
          clock.now += gap
          const before = clock.now
          await pace.inTurn(isWrite ? 'write' : 'read', nothing)
          if (isWrite) writes.push(clock.now)
          else expect(clock.now).toBe(before)
        }
        for (const at of writes)
          expect(writes.filter((other) => other >= at && other < at + 60_000).length).toBeLessThanOrEqual(3)
      },
    ),
  )
})

test('writes that wait together go out at their share', async () => {
  const sleepers: Array<{ readonly at: number; readonly wake: () => void }> = []
  const sleep = (ms: number) => new Promise<void>((wake) => void sleepers.push({ at: clock.now + ms, wake }))
  const { pace, clock } = paced({ writesPerMinute: 2, width: 8, patienceMs: 1_000_000, sleep })
  const times: number[] = []
  const write = () => Promise.resolve(times.push(clock.now))
  const all = Promise.all(Array.from({ length: 6 }, () => pace.inTurn('write', write)))
  for (let idle = 0; idle < 3; idle++) {
    await new Promise((go) => setImmediate(go))
    const next = sleepers.sort((a, b) => a.at - b.at).shift()
    if (next === undefined) continue
    idle = -1
    clock.now = Math.max(clock.now, next.at)
    next.wake()
  }
  await all
  expect(times.map((at) => (at - 1_000_000) / 60_000)).toEqual([0, 0, 1, 1, 2, 2])
})

test('never more at a time than there are places, also when work fails', async () => {
  const { pace } = paced({ width: 3 })
  let [running, most] = [0, 0]
  const work = (n: number) => async () => {
    most = Math.max(most, ++running)
    await new Promise((go) => setImmediate(go))
    running -= 1
    if (n % 3 === 0) throw new Error('lost')
    return n
  }
  const all = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => pace.inTurn('read', work(n))))
  expect([most, all.filter((one) => one.status === 'rejected').length]).toEqual([3, 7])
})

const reply = (status: number, body: unknown, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

test('a client heeds its answers: a limit in a GraphQL answer of status 200 stops REST calls, too', async () => {
  const { pace } = paced({ patienceMs: 1000 })
  const asked: string[] = []
  const client = makeGithubClient({
    ...{ token: () => Promise.resolve('t'), pace },
    fetch: (url) => {
      asked.push(String(url))
      const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }]
      return Promise.resolve(
        reply(200, { errors }, { 'x-ratelimit-resource': 'graphql', 'x-ratelimit-remaining': '0' }),
      )
    },
  })
  expect(await client.graphql({ access: 'read', document: '{ x }', variables: {} })).toMatchObject(
    E.right({ errors: [{ type: 'RATE_LIMITED' }] }),
  )
  expect(await client.rest({ access: 'write', route: 'POST /x', parameters: {} })).toMatchObject(
    E.left({ kind: 'transient', code: 'RateLimited' }),
  )
  expect(asked).toHaveLength(1)
  expect(pace.usage()).toMatchObject({ requests: 1, writes: 0, remaining: { graphql: 0 } })
})

test('an ordinary refusal stops nothing', async () => {
  const { pace } = paced()
  const client = makeGithubClient({
    ...{ token: () => Promise.resolve('t'), pace },
    fetch: () => Promise.resolve(reply(403, { message: 'Resource not accessible by integration' })),
  })
  const call = { access: 'write', route: 'POST /x', parameters: {} } as const
  expect(await client.rest(call)).toMatchObject(E.left({ code: 'Forbidden' }))
  expect(await client.rest(call)).toMatchObject(E.left({ code: 'Forbidden' }))
  expect(pace.usage()).toMatchObject({ requests: 2, writes: 2, pausedUntil: 0 })
})
