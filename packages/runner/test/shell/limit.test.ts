import { expect, test } from 'vitest'
import { makeLimit } from '../../src/shell/limit.js'

test('never more than the width at a time, and everybody gets a turn, failures included', async () => {
  const limit = makeLimit(3)
  let [running, most] = [0, 0]
  const order: number[] = []
  const work = (n: number) => async (): Promise<number> => {
    running += 1
    most = Math.max(most, running)
    order.push(n)
    await new Promise((go) => setTimeout(go, 1 + (n % 3)))
    running -= 1
    if (n % 4 === 0) throw new Error(`no ${n}`)
    return n
  }
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, n) => limit(work(n))))
  expect(most).toBe(3)
  expect(order).toEqual(Array.from({ length: 20 }, (_, n) => n))
  expect(results.filter((r) => r.status === 'rejected')).toHaveLength(5)
})
