/** The page of a study: one file that needs nothing else. */
import { renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { Comparison, Row, Round } from '@headgate/core/simulation'
import { messageOf, problem, type Problem } from '../problem.js'
import { costAgainstWait, queueChart, waitChart } from './simulateCharts.js'
import { premise, shown, times } from './simulateReport.js'
import type { Study } from './simulateRun.js'

const REMEDY = 'Name a file in a directory that exists: --out FILE.html.'

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** Asked before the games, so that nobody waits for a page that can't be written. */
export const checkPageFile = (file: string): E.Either<Problem, string> => {
  const path = resolve(file)
  return isDirectory(dirname(path)) && !isDirectory(path)
    ? E.right(path)
    : E.left(problem('out', file, 'The page is not a file, or its directory is not one.', REMEDY))
}

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const cell = (text: string): string => `<td>${escape(text)}</td>`

const COLUMNS = [
  'p50',
  'p95',
  'p99',
  'longest wait',
  'landed per hour',
  'CI minutes per landed',
  'p50 × Oracle',
  'p95 × Oracle',
  'cost × Oracle',
  'p50 × serial',
  'p95 × serial',
  'cost × serial',
  'wasted runs',
  'innocents ejected',
]

const rowOf = (name: string, row: Row): string => {
  const cells = [
    row.p50,
    row.p95,
    row.p99,
    row.longestWait,
    row.throughputPerHour,
    row.ciMinutesPerLanded,
    row.p50VsOracle,
    row.p95VsOracle,
    row.costVsOracle,
  ].map(shown)
  const ratios = [row.p50VsSerial, row.p95VsSerial, row.costVsSerial].map(times)
  const counts = [row.wastedRuns, row.ejectedInnocents].map(shown)
  return `<tr><th>${escape(name)}</th>${[...cells, ...ratios, ...counts].map(cell).join('')}</tr>`
}

const oracleRow = ({ oracle }: Comparison): string => {
  const { p50, p95, p99, longestWait, throughputPerHour, ciMinutesPerLanded } = oracle
  const cells = [p50, p95, p99, longestWait, throughputPerHour, ciMinutesPerLanded].map(shown)
  const rest = ['1', '1', '1', '', '', '', '0', '0']
  return `<tr><th>Oracle</th>${[...cells, ...rest].map(cell).join('')}</tr>`
}

const tableOf = (comparison: Comparison): string => `<table>
<thead><tr><th></th>${COLUMNS.map((name) => `<th>${name}</th>`).join('')}</tr></thead>
<tbody>${oracleRow(comparison)}${[...comparison.contenders].map(([name, row]) => rowOf(name, row)).join('')}</tbody>
</table>`

const assumptionLines = ({ assumptions: a }: Study): ReadonlyArray<string> => [
  `${a.fail * 100} % of pull requests fail by themselves, ${a.flake * 100} % of runs fail though all in them is good.`,
  `${a.pairConflict * 100} % of pairs that touch the same files can't be on the branch together.`,
  a.testSpread === 0
    ? `Every run takes ${a.testMinutes} minutes.`
    : `Runs take ${a.testMinutes} minutes in the mean, lognormally spread by ${a.testSpread}.`,
  ...(a.pushes > 0 ? [`${a.pushes * 100} % of authors push once more while they wait.`] : []),
  ...(a.reviewMinutes > 0 ? [`Approval comes ${a.reviewMinutes} minutes after opening, in the mean.`] : []),
  ...(a.foreignPushesPerDay > 0 ? [`${a.foreignPushesPerDay} pushes a day go past the gate.`] : []),
  ...(a.faults > 0 ? [`${a.faults * 100} % of orders go wrong and of webhooks get lost.`] : []),
]

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 1340px; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.2rem }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: 12.5px; white-space: nowrap; font-variant-numeric: tabular-nums }
th, td { padding: .3rem .45rem; text-align: right; border-bottom: 1px solid #ddd } th:first-child { text-align: left }
thead th { vertical-align: bottom; white-space: normal; font-weight: 600 } svg { max-width: 100%; height: auto } p, li { max-width: 75ch }`

const pageOf = (
  study: Study,
  rounds: ReadonlyArray<Round>,
  comparison: Comparison,
): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>headgate simulate: ${escape(study.trace.name)}</title><style>${STYLE}</style></head><body>
<h1>What the queue would have done</h1>
<p>${escape(premise(study))}</p>
<ul>${assumptionLines(study)
  .map((line) => `<li>${escape(line)}</li>`)
  .join('')}</ul>
<p>Times are minutes from approval to landing. ± is half of a 95 % confidence interval over the seeds. The Oracle knows every
outcome in advance and never runs a loser; each of its runs holds one pull request.</p>
<div class="wide">${tableOf(comparison)}</div>
<h2>Who waits how long</h2>${waitChart(rounds)}
<h2>The queue over time</h2><p>Seed ${rounds[0]?.seed ?? ''}.</p>${queueChart(rounds)}
<h2>What it costs to wait less</h2>${costAgainstWait(comparison)}
<ul>${study.contenders.map(({ name, about }) => `<li><b>${escape(name)}</b>: ${escape(about)}</li>`).join('')}</ul>
</body></html>
`

/** Whole or not at all. */
export const writePage = (
  path: string,
  study: Study,
  rounds: ReadonlyArray<Round>,
  comparison: Comparison,
): E.Either<Problem, void> => {
  try {
    const partial = `${path}.partial-${process.pid}`
    writeFileSync(partial, pageOf(study, rounds, comparison))
    renameSync(partial, path)
    return E.right(undefined)
  } catch (cause) {
    return E.left(problem('out', path, `The page can't be written (${messageOf(cause)}).`, REMEDY))
  }
}
