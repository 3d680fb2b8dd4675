/** The plots of a study, as SVG. */
import * as echarts from 'echarts'
import {
  quantile,
  queueOverTime,
  waitsOf,
  type Comparison,
  type Result,
  type Round,
} from '@headgate/core/simulation'

const SIZE = { width: 1040, height: 460 }
/** Okabe and Ito's colours, which people with any colour vision can tell apart, and two more. */
const COLOURS = [
  '#0072b2',
  '#d55e00',
  '#009e73',
  '#cc79a7',
  '#e69f00',
  '#56b4e9',
  '#7a5195',
  '#8c6d31',
  '#a3a500',
  '#7f7f7f',
]
const BLACK = '#222222'

const svg = (option: echarts.EChartsOption): string => {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, ...SIZE })
  chart.setOption({ animation: false, color: COLOURS, ...option })
  const text = chart.renderToSVGString()
  chart.dispose()
  return text
}

/** Models of peers are dashed, the Oracle is black. */
const lineOf = (name: string, data: ReadonlyArray<readonly [number, number]>): echarts.LineSeriesOption => ({
  name,
  type: 'line',
  data: data.map(([x, y]) => [x, y]),
  showSymbol: false,
  lineStyle: {
    width: 2,
    type: name.startsWith('model:') ? 'dashed' : 'solid',
    ...(name === 'Oracle' ? { color: BLACK } : {}),
  },
  ...(name === 'Oracle' ? { itemStyle: { color: BLACK } } : {}),
})

const frame = {
  grid: { left: 70, right: 30, top: 60, bottom: 50 },
  legend: { top: 5, type: 'plain' as const },
}

const namesIn = (rounds: ReadonlyArray<Round>): ReadonlyArray<string> => [
  ...(rounds[0]?.results.keys() ?? []),
]

const resultsOf = (rounds: ReadonlyArray<Round>, name: string): ReadonlyArray<Result> =>
  rounds.flatMap(({ results }) => results.get(name) ?? [])

const percent = 100
/** The share of pull requests (of all seeds together) that waited at most so long. */
const cumulative = (results: ReadonlyArray<Result>): ReadonlyArray<readonly [number, number]> => {
  const waits = results.flatMap(waitsOf).sort((a, b) => a - b)
  return waits.length === 0
    ? []
    : Array.from({ length: 2 * percent + 1 }, (_, i) => {
        const share = i / (2 * percent)
        return [Math.max(1, quantile(waits, share)), share * percent] as const
      })
}

export const waitChart = (rounds: ReadonlyArray<Round>): string =>
  svg({
    ...frame,
    xAxis: {
      type: 'log',
      name: 'minutes from approval to landing',
      nameLocation: 'middle',
      nameGap: 30,
      min: 'dataMin',
    },
    yAxis: { type: 'value', name: '% landed within', min: 0, max: percent },
    series: [
      lineOf('Oracle', cumulative(rounds.map(({ oracle }) => oracle))),
      ...namesIn(rounds).map((name) => lineOf(name, cumulative(resultsOf(rounds, name)))),
    ],
  })

const MOMENTS = 400

export const queueChart = (rounds: ReadonlyArray<Round>): string => {
  const [first] = rounds
  if (first === undefined) return ''
  // A logarithmic axis has no zero: an empty queue is drawn at the bottom.
  const line = (name: string, result: Result) =>
    lineOf(
      name,
      queueOverTime(result, MOMENTS).map(([hours, waiting]) => [hours, Math.max(0.5, waiting)] as const),
    )
  return svg({
    ...frame,
    xAxis: {
      type: 'value',
      name: 'hours',
      nameLocation: 'middle',
      nameGap: 30,
      max: 'dataMax',
      axisLabel: { showMaxLabel: false },
    },
    yAxis: { type: 'log', name: 'waiting', min: 0.5 },
    series: [line('Oracle', first.oracle), ...[...first.results].map(([name, result]) => line(name, result))],
  })
}

export const costAgainstWait = ({ oracle, contenders }: Comparison): string => {
  // Names above and below by turns, so that neighbours don't cover each other.
  const point = (name: string, wait: number, cost: number, place: number): echarts.ScatterSeriesOption => ({
    name,
    type: 'scatter',
    symbolSize: 14,
    data: [[wait, cost]],
    label: { show: true, formatter: name, position: place % 2 === 0 ? 'top' : 'bottom' },
    ...(name === 'Oracle' ? { itemStyle: { color: BLACK } } : {}),
  })
  return svg({
    grid: { ...frame.grid, top: 30 },
    xAxis: { type: 'log', name: 'p95 of the wait, minutes', nameLocation: 'middle', nameGap: 30 },
    yAxis: { type: 'log', name: 'CI minutes per landed' },
    series: [
      point('Oracle', oracle.p95.mean, oracle.ciMinutesPerLanded.mean, 1),
      ...[...contenders].map(([name, row], place) =>
        point(name, row.p95.mean, row.ciMinutesPerLanded.mean, place),
      ),
    ],
  })
}
