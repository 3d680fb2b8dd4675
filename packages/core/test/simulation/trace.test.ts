/** Goal: traffic is read as it was recorded, from every kind of source. */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { left } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { epochMs, effectId, prNumber, sha, type Event, type ReviewDecision } from '@headgate/core'
import {
  fateOf,
  defaultAssumptions,
  generateTrace,
  officeWeek,
  readTrace,
  recordedTraces,
  traceOf,
  traceOfEvents,
  type Trace,
} from '@headgate/core/simulation'

const right = (csv: string): Trace => {
  const read = readTrace('t', csv)
  if (read._tag === 'Left') throw new Error(read.left)
  return read.right
}

describe('CSV', () => {
  test('times in order, overlaps by rows upwards and mutual; marks and other columns are no matter', () => {
    const trace = right('pr,merged_at,ov\n7,100,\n8,200,1!\n9,150,1 2 +3\n')
    expect(trace.times).toEqual([100, 150, 200])
    // Row 8 came last, though it is second in the file.
    expect(trace.overlaps).toEqual([
      [1, 2],
      [0, 2],
      [0, 1],
    ])
  })
  test('Windows lines and empty lines', () => {
    expect(right('merged_at,ov\r\n1,\r\n\r\n2,1\r\n').overlaps).toEqual([[1], [0]])
  })
  test.each([
    ['', 'the first line names no column merged_at'],
    ['a,b\n1,2\n3,4\n', 'the first line names no column merged_at'],
    ['merged_at\n1\n', 'it has fewer than two pull requests'],
    ['merged_at\n1\nsoon\n', 'line 3 has no time in column merged_at'],
  ])('%j is refused, with a reason', (csv, why) => {
    expect(readTrace('t', csv)).toEqual(left(why))
  })
})

describe('the recorded traces', () => {
  const file = (name: string): URL => new URL(`../../traces/${name}.csv.gz`, import.meta.url)
  const text = (name: string): string => gunzipSync(readFileSync(file(name))).toString('utf8')

  test.each(Object.entries(recordedTraces))(
    '%s is there, with as many pull requests as are announced',
    (name, about) => {
      const { times, overlaps } = right(text(name))
      expect(times.length).toBe(Number(/([\d,]+)(?: pull requests)?$/.exec(about)?.[1]?.replace(',', '')))
      expect([...times].sort((a, b) => a - b)).toEqual(times)
      expect(overlaps.flat().length).toBeGreaterThan(times.length / 4)
      overlaps.forEach((others, pr) => others.forEach((other) => expect(overlaps[other]).toContain(pr)))
    },
  )

  test('say what the originals say', () => {
    const original = new URL('../../../../../shared/reference/traces/hail-ci.csv', import.meta.url)
    if (!existsSync(original)) return console.log('skipped: the originals are not beside this checkout')
    expect(right(text('hail-ci'))).toEqual(right(readFileSync(original, 'utf8')))
  })
})

test('a journal: each pull request comes when it was first seen approved, and overlaps what changed the same that day', () => {
  const seen = (
    at: number,
    number: number,
    reviewDecision: ReviewDecision,
    paths: ReadonlyArray<string> = [],
  ): Event => ({
    _tag: 'PullRequestObserved',
    at: epochMs(at),
    answers: effectId('x'),
    fate: {
      _tag: 'Open',
      snapshot: {
        number: prNumber(number),
        title: '',
        author: 'ada',
        source: sha('s'),
        sourceBranch: 'b',
        draft: false,
        labels: [],
        reviewDecision,
        approvedShas: [],
        checks: [],
        paths,
        dependsOn: [],
      },
    },
  })
  const events = [
    seen(1000, 1, 'REVIEW_REQUIRED', ['a']),
    seen(2000, 2, 'APPROVED', ['a', 'b']),
    seen(3000, 1, 'APPROVED', ['a']),
    seen(9000, 1, 'APPROVED', ['c']),
    seen(9000, 3, 'CHANGES_REQUESTED', ['a']),
    seen(10_000, 4, 'APPROVED', ['b', 'd']),
    seen(200_000_000, 5, 'APPROVED', ['a', 'b', 'd']),
  ]
  expect(traceOfEvents('j', events)).toEqual({
    name: 'j',
    times: [2, 3, 10, 200_000],
    overlaps: [[1, 2], [0], [0], []],
  })
})

describe('invented traffic', () => {
  const traffic = { pullRequests: 3000, days: 182, profile: officeWeek, overlap: 0.1 }
  const trace = generateTrace(1, traffic)
  test('the same seed gives the same, another one gives another', () => {
    expect(generateTrace(1, traffic)).toEqual(trace)
    expect(generateTrace(2, traffic).times).not.toEqual(trace.times)
  })
  test('comes in office hours, over the days that are asked for', () => {
    const hours = trace.times.map((at) => Math.floor(at / 3600) % 168)
    const inOffice = hours.filter((hour) => hour < 120 && hour % 24 >= 9 && hour % 24 < 18).length
    const expected = (45 * 1) / officeWeek.reduce((a, b) => a + b, 0)
    expect(Math.abs(inOffice / 3000 - expected)).toBeLessThan(0.03)
    expect(trace.times.at(-1)).toBeLessThanOrEqual(182 * 86_400)
    expect(trace.times.at(-1)).toBeGreaterThan(175 * 86_400)
  })
  test('so many of the pairs within a day overlap', () => {
    const pairs = trace.times.flatMap((at, i) =>
      trace.times.slice(Math.max(0, i - 40), i).filter((other) => at - other < 86_400),
    ).length
    expect(Math.abs(trace.overlaps.flat().length / 2 / pairs - 0.1)).toBeLessThan(0.02)
  })
})

describe('scaling', () => {
  const trace = traceOf(
    't',
    [0, 0, 10, 40].map((at) => ({ at, overlaps: [] })),
  )
  test('as many arrive per hour as the load says; bursts and ties stay', () => {
    const { arrivals } = fateOf(trace, { ...defaultAssumptions, load: 0.5 }, 1)
    // 4 pull requests at 12 an hour take 20 minutes.
    expect(arrivals).toEqual([0, 0, 5 * 60_000, 20 * 60_000])
  })
  test('without a load the times are the recorded ones', () => {
    expect(fateOf(trace, { ...defaultAssumptions, load: undefined }, 1).arrivals).toEqual([
      0, 0, 10_000, 40_000,
    ])
  })
})
