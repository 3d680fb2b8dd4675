/** What one event costs `reduce`, by the number of open pull requests. */
import { Bench } from 'tinybench'
import { reduce } from '@headgate/core'
import { cases, type Case } from './cases.js'
import { opened, type Lab } from './lab.js'
import { median, us, type Figure, type Outcome } from './report.js'

const SIZES = [10, 100, 1_000, 10_000]
/** Every size is measured in every round, so that a busy moment of the machine does not fall on one size alone. */
const ROUNDS = 5
const VARIANTS = 32

const measure = ({ name, make }: Case, labs: ReadonlyMap<number, Lab>): ReadonlyArray<Figure> => {
  const samples = new Map(SIZES.map((n) => [n, { p50: [] as Array<number>, p99: [] as Array<number> }]))
  const benches = [...labs].map(([openPrs, lab]) => {
    const inputs = Array.from({ length: VARIANTS }, (_, i) => make(lab, i))
    const bench = new Bench({ time: 40, warmupTime: 20, throws: true })
    let turn = 0
    bench.add(name, () => {
      const [state, event] = inputs[turn++ % VARIANTS] as (typeof inputs)[number]
      reduce(state, event)
    })
    return { openPrs, bench }
  })
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { openPrs, bench } of benches) {
      bench.runSync()
      const result = bench.tasks[0]?.result
      if (result === undefined || !('latency' in result)) throw new Error(`${name} was not measured`)
      samples.get(openPrs)?.p50.push(result.latency.p50 ?? Number.NaN)
      samples.get(openPrs)?.p99.push(result.latency.p99 ?? Number.NaN)
    }
  return [...samples].map(([openPrs, { p50, p99 }]) => ({
    case: name,
    openPrs,
    medianUs: us(median(p50)),
    p99Us: us(median(p99)),
  }))
}

/** The promises of docs/reference/cost.md, held against these figures. */
const judge = (figures: ReadonlyArray<Figure>): ReadonlyArray<string> =>
  cases.flatMap(({ name, news }) => {
    const at = (n: number): number =>
      figures.find((f) => f.case === name && f.openPrs === n)?.medianUs ?? Number.POSITIVE_INFINITY
    const most = news ? 40 : 5
    const growth = Math.round((100 * at(10_000)) / at(10)) / 100
    return [
      `${growth <= 2 ? 'ok  ' : 'OVER'} ${name}: ${growth} times as much at 10,000 as at 10; at most 2`,
      `${at(1_000) <= most ? 'ok  ' : 'OVER'} ${name}: ${at(1_000)} µs at 1,000; at most ${most}`,
    ]
  })

/** Each case at each size: the medians, over several rounds, of each round's median and 99th percentile. */
export const reduceBenchmark = (): Outcome => {
  const labs = new Map(SIZES.map((n) => [n, opened(n)]))
  const figures = cases.flatMap((one) => measure(one, labs))
  return { figures, remarks: judge(figures) }
}
