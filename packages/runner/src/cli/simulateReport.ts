/** What `simulate` prints: a table for people, and one line of JSON. */
import Table from 'cli-table3'
import type { Comparison, Estimate, Measure, Row } from '@headgate/core/simulation'
import type { Study } from './simulateRun.js'

const digits = (value: number): string => {
  const size = Math.abs(value)
  if (size > 0 && size < 0.1) return value.toPrecision(1)
  return value.toFixed(size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2)
}

/** A mean with half of its confidence interval. */
export const shown = ({ mean, half }: Estimate): string => {
  if (!Number.isFinite(mean)) return '-'
  return half === undefined ? digits(mean) : `${digits(mean)} ±${digits(half)}`
}

/** A ratio, without its interval. */
export const times = ({ mean }: Estimate): string => (Number.isFinite(mean) ? `${digits(mean)} ×` : '-')

const HEAD = ['', 'p50', 'p95', 'p99', 'longest', 'per hour', 'CI min', 'wasted', 'innocents']
const WIDTHS = [21, 14, 14, 9, 9, 10, 13, 8, 11]

/** In a cell: the figure, then × the Oracle's, then × that of serial. */
const stacked = (row: Row, own: Measure, oracle: Measure, serial: Measure): string =>
  [shown(row[own]), times(row[oracle]), times(row[serial])].join('\n')

const cellsOf = (name: string, row: Row): ReadonlyArray<string> => [
  `${name}\n× Oracle\n× serial`,
  stacked(row, 'p50', 'p50VsOracle', 'p50VsSerial'),
  stacked(row, 'p95', 'p95VsOracle', 'p95VsSerial'),
  `${digits(row.p99.mean)}\n${times(row.p99VsOracle)}`,
  digits(row.longestWait.mean),
  digits(row.throughputPerHour.mean),
  stacked(row, 'ciMinutesPerLanded', 'costVsOracle', 'costVsSerial'),
  digits(row.wastedRuns.mean),
  digits(row.ejectedInnocents.mean),
]

const oracleCells = ({ oracle }: Comparison): ReadonlyArray<string> => [
  'Oracle',
  shown(oracle.p50),
  shown(oracle.p95),
  digits(oracle.p99.mean),
  digits(oracle.longestWait.mean),
  digits(oracle.throughputPerHour.mean),
  shown(oracle.ciMinutesPerLanded),
  '0',
  '0',
]

/** In one sentence, what was played. */
export const premise = ({ trace, assumptions: a, seeds }: Study): string => {
  const runsPerHour = (a.capacity * 60) / a.testMinutes
  const load = a.load === undefined ? 'as recorded' : `at ${a.load * 100} % of ${digits(runsPerHour)} an hour`
  return (
    `${trace.name}: ${trace.times.length} pull requests ${load}, ${a.capacity} runs of ${a.testMinutes} minutes at a time, ` +
    `${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}.`
  )
}

export const comparisonTable = (study: Study, comparison: Comparison): string => {
  const table = new Table({ head: HEAD, colWidths: WIDTHS, style: { head: [], border: [] } })
  table.push([...oracleCells(comparison)])
  for (const [name, row] of comparison.contenders) table.push([...cellsOf(name, row)])
  return [
    premise(study),
    table.toString(),
    'Minutes from approval to landing; CI minutes per landed pull request; ± is half of a 95 % confidence interval over the seeds.',
  ].join('\n')
}

const REPORTED = [
  'p50',
  'p95',
  'p99',
  'throughputPerHour',
  'ciMinutesPerLanded',
  'wastedRuns',
  'ejectedInnocents',
  'longestWait',
  'p50VsOracle',
  'p95VsOracle',
  'costVsOracle',
] as const

const pick = (row: Row, part: 'mean' | 'half') =>
  Object.fromEntries(REPORTED.map((name) => [name, row[name][part] ?? null]))

/** One line of JSON; what is not a number is null. `intervals` is half of each 95 % confidence interval. */
export const jsonLine = ({ trace, assumptions, seeds }: Study, { contenders }: Comparison): string =>
  JSON.stringify({
    assumptions: {
      trace: trace.name,
      pullRequests: trace.times.length,
      ...assumptions,
      load: assumptions.load ?? null,
      seeds,
    },
    strategies: Object.fromEntries([...contenders].map(([name, row]) => [name, pick(row, 'mean')])),
    intervals: Object.fromEntries([...contenders].map(([name, row]) => [name, pick(row, 'half')])),
  })
