/** The table at the end of a run: every pull request, its outcome and why. At most 100 columns wide. */
import Table from 'cli-table3'
import type { Report } from '../view/report.js'
import { company, short } from '../narrate/words.js'
import { waitLine } from '../view/when.js'

// Four columns and five lines between them.
const WIDTHS = [6, 28, 9, 52]

/** A word longer than its column would be cut off; it is broken instead. */
const breakable = (text: string, width: number): string =>
  text.replaceAll(new RegExp(`\\S{${width}}(?=\\S)`, 'g'), '$& ')

const cells = (number: number, title: string, outcome: string, why: string): ReadonlyArray<string> =>
  [`#${number}`, title, outcome, why].map((text, index) => breakable(text, (WIDTHS[index] ?? 10) - 2))

type OpenPullRequest = Report['open'][number]

/** Each condition, then the place in the queue and what happens next. */
const whyOpen = ({ reasons, position, next }: OpenPullRequest): string => {
  const held = reasons.map((reason) => reason.text)
  const place = position === null ? [] : [`Place ${position} in the queue.`]
  const then = next === null ? [] : [`→ ${waitLine(next)}`]
  return [...(held.length === 0 ? ['Nothing holds it back.'] : held), ...place, ...then].join('\n')
}

const deployLine = (report: Report): string => {
  const last = report.deploys.at(-1)
  if (last === undefined) return 'Nothing was deployed.'
  const batch = last.batchId === null ? '' : ` (batch ${last.batchId})`
  const current = last.sha === report.head ? 'the head' : short(last.sha)
  return `Last deploy: ${current}${batch}: ${last.state}. Deploys in all: ${report.deploys.length}.`
}

/** The report as text. */
export const reportTable = (report: Report): string => {
  const table = new Table({
    head: ['PR', 'title', 'outcome', 'why'],
    colWidths: WIDTHS,
    wordWrap: true,
    style: { head: [], border: [] },
  })
  for (const l of report.landed) {
    const tested =
      l.testedSha === l.landedSha ? 'the very commit that was tested' : 'made by the forge, then verified'
    const why = `${short(l.landedSha)} on ${short(l.targetSha)}, batch ${l.batchId}${company(l.with)}: ${tested}`
    table.push([...cells(l.number, l.title, 'landed', why)])
  }
  for (const pr of report.open) {
    table.push([...cells(pr.number, pr.title, 'open', whyOpen(pr))])
  }
  const moved = `${report.branch}: ${short(report.base)} → ${short(report.head)}`
  return `${table.toString()}\n${moved} · ${report.landed.length} landed, ${report.open.length} open. ${deployLine(report)}`
}
