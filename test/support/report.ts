/** The report of a run, decoded, and what of it must be the same in every run. */
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'

const Report = t.strict({
  branch: t.string,
  base: t.string,
  head: t.string,
  landed: t.array(
    t.strict({
      number: t.number,
      title: t.string,
      sourceSha: t.string,
      targetSha: t.string,
      testedSha: t.union([t.string, t.null]),
      landedSha: t.string,
      batchId: t.number,
    }),
  ),
  open: t.array(
    t.strict({
      number: t.number,
      title: t.string,
      reasons: t.array(t.strict({ code: t.string, text: t.string })),
    }),
  ),
  deploys: t.array(t.strict({ sha: t.string, batchId: t.union([t.number, t.null]), state: t.string })),
})
export type Report = t.TypeOf<typeof Report>

/** What is looked at of a report, from a file or from the service itself. */
type Told = Pick<Report, 'branch' | 'base' | 'head'> & {
  readonly landed: ReadonlyArray<Pick<Report['landed'][number], 'number' | 'sourceSha'>>
  readonly open: ReadonlyArray<{
    readonly number: number
    readonly title: string
    readonly reasons: ReadonlyArray<{ readonly code: string }>
  }>
  readonly deploys: ReadonlyArray<Pick<Report['deploys'][number], 'sha' | 'state'>>
}

export const readReport = (file: string): Report => {
  const decoded = Report.decode(JSON.parse(readFileSync(file, 'utf8')))
  if (E.isLeft(decoded)) throw new Error(PathReporter.report(decoded).join('\n'))
  return decoded.right
}

/**
 * What must not depend on timing: who landed and from which source, who did not and why, and that the head is
 * deployed. Commits carry the time of their making and batches are counted, so neither is compared. Whether a pull
 * request that is held back for another reason was last tested on the last head (`OutOfDate`) is a matter of timing.
 */
export const normalized = (report: Told) => ({
  branch: report.branch,
  base: report.base,
  landed: report.landed
    .map((l) => ({ number: l.number, source: l.sourceSha }))
    .sort((a, b) => a.number - b.number),
  open: report.open.map((pr) => ({
    number: pr.number,
    title: pr.title,
    reasons: pr.reasons.map((reason) => reason.code).filter((code) => code !== 'OutOfDate'),
  })),
  headDeployed: report.deploys.at(-1)?.sha === report.head && report.deploys.at(-1)?.state === 'success',
})
