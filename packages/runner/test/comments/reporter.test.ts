import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { epochMs, prNumber, reduce, type BranchState, type Failure } from '@headgate/core'
import type { Comments, Report } from '@headgate/adapters-github'
import { makeReporter } from '../../src/comments/reporter.js'
import { reportText } from '../../src/comments/reportText.js'
import { silentLog } from '../../src/shell/log.js'
import { pullRequest, running } from '../support/states.js'

const one = prNumber(1)
const page = 'http://ci/1'
const held = running([pullRequest(1, { labels: ['WIP'] })])
const free = running([pullRequest(1)])
const nothing = running([])

/** A forge with one conversation; `fail` makes its next writes fail this way. */
const makeForge = (report?: Report) => {
  const forge = { report, writes: 0, finds: 0, fail: [] as Failure[] }
  const unused = () => Promise.reject(new Error('not asked for here'))
  const comments: Comments = {
    roleOf: unused,
    addLabels: unused,
    removeLabel: unused,
    isAnswered: unused,
    answer: unused,
    findReport: () => {
      forge.finds += 1
      return Promise.resolve(E.right(forge.report))
    },
    writeReport: (_, body) => {
      const failure = forge.fail.shift()
      if (failure !== undefined && failure.kind !== 'unknown') return Promise.resolve(E.left(failure))
      forge.writes += 1
      forge.report = { id: 5, body }
      return Promise.resolve(failure === undefined ? E.right(forge.report) : E.left(failure))
    },
  }
  const reporter = (state: BranchState) =>
    makeReporter({ comments, pageOf: () => page, calmMs: 100, log: silentLog }, state)
  return { forge, reporter }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())
const pass = (ms = 200) => vi.advanceTimersByTimeAsync(ms)

describe('what it says', () => {
  test('what holds it back, of what people can clear', () =>
    expect(reportText(held, one, page)).toBe('Held back:\n\n- It is labelled "WIP".\n\n[More](http://ci/1)'))
  test('that nobody need do anything', () =>
    expect(reportText(free, one, page)).toBe(
      'Nothing that people must do holds this back; it lands when its turn comes and its test has passed.\n\n[More](http://ci/1)',
    ))
  test('nothing of what is not here', () => expect(reportText(nothing, one, page)).toBeUndefined())
  test('the same while its test only goes on', () => {
    const [later] = reduce(free, { _tag: 'TimeAdvanced', at: epochMs(9000) })
    expect(reportText(later, one, page)).toBe(reportText(free, one, page))
  })
})

describe('when it is written', () => {
  test('when there is news, once, however often the branch moves on', async () => {
    const { forge, reporter } = makeForge()
    const it = reporter(nothing)
    for (const state of [free, held, held, free, held]) it.see(state)
    expect(it.isIdle()).toBe(false)
    await pass()
    expect(forge).toMatchObject({ writes: 1, finds: 1, report: { body: reportText(held, one, page) } })
    expect(it.isIdle()).toBe(true)
    it.see(free)
    await pass()
    expect(forge).toMatchObject({ writes: 2, finds: 1, report: { id: 5, body: reportText(free, one, page) } })
  })

  test('not when it says so already, even after a restart', async () => {
    const { forge, reporter } = makeForge({ id: 3, body: reportText(held, one, page) ?? '' })
    reporter(nothing).see(held)
    await pass()
    expect(forge).toMatchObject({ writes: 0, finds: 1 })
  })

  test('again, when the forge could not be reached', async () => {
    const { forge, reporter } = makeForge()
    forge.fail = [{ kind: 'transient', code: 'Unreachable', text: 'no way' }]
    reporter(nothing).see(held)
    await pass(2000)
    expect(forge.writes).toBe(1)
  })

  test('never twice because an answer was lost: it is looked for first', async () => {
    const { forge, reporter } = makeForge()
    forge.fail = [{ kind: 'unknown', code: 'Timeout', text: 'no answer' }]
    const it = reporter(nothing)
    it.see(held)
    await pass()
    it.see(nothing)
    it.see(held)
    await pass()
    expect(forge).toMatchObject({ writes: 1, finds: 2 })
  })

  test('not after a stop', async () => {
    const { forge, reporter } = makeForge()
    const it = reporter(nothing)
    it.see(held)
    it.stop()
    await pass()
    expect(forge.writes).toBe(0)
  })
})
