import { checkVerdict } from '@headgate/core'
import type { Report } from './reports.js'

/** Which checks make a test run, and what makes them believable. */
export interface CheckEngine {
  /** The name of each check, and the only app (or login) whose report on it counts. At least one. */
  readonly checks: Readonly<Record<string, string>>
  /** Checks that pass sooner than this are taken for broken ones. */
  readonly minimumSeconds: number
  /** A check that has not shown itself after this, while nothing of its app is under way, never will. */
  readonly graceSeconds: number
}

/** The run that is judged. Times in epoch milliseconds. */
export interface Judged {
  /** The branch on which its commit was pushed; undefined for a test of the head itself. */
  readonly pushedAs: string | undefined
  readonly startedAt: number
  /** Since when its checks are waited for. */
  readonly since: number
  readonly now: number
}

/** As the core wants to know it of a batch; `why` says what failed it. */
export interface Standing {
  readonly state: 'running' | 'success' | 'failure'
  readonly complete: boolean
  readonly why: string | undefined
}

const OURS = 'headgate/'
/** The forge's clock and ours may differ by this. */
const CLOCKS_MS = 5000

/**
 * Does a report speak of this run, and not of an earlier one of the same commit? Its branch tells; where it has none
 * (statuses, apps that look at commits), its time does. What is said of the head itself counts whenever it was said.
 */
const isAbout = (report: Report, run: Judged): boolean => {
  if (run.pushedAs === undefined) return true
  if (report.branch?.startsWith(OURS) === true) return report.branch === run.pushedAs
  return report.startedAt !== undefined && report.startedAt >= run.startedAt - CLOCKS_MS
}

const running: Standing = { state: 'running', complete: false, why: undefined }
const failed = (why: string): Standing => ({ state: 'failure', complete: true, why })

/** The newest report; one that has not begun yet is newer than all. */
const newest = (reports: ReadonlyArray<Report>): Report | undefined =>
  [...reports].sort((a, b) => (b.startedAt ?? Infinity) - (a.startedAt ?? Infinity))[0]

const tookSeconds = (reports: ReadonlyArray<Report>, since: number): number => {
  const starts = reports.map((report) => report.startedAt ?? since)
  const ends = reports.map((report) => report.endedAt ?? since)
  return (Math.max(...ends) - Math.min(since, ...starts)) / 1000
}

/** Judges a run by what was reported on exactly its commit. Pure. */
export const standingOf = (reports: ReadonlyArray<Report>, engine: CheckEngine, run: Judged): Standing => {
  const own = reports.filter((report) => isAbout(report, run))
  const wanted = Object.entries(engine.checks).map(([name, app]) => ({
    ...{ name, app },
    report: newest(own.filter((report) => report.name === name && report.reporter === app)),
  }))
  const broken = wanted.find(({ report }) => report !== undefined && checkVerdict(report.state) === 'failure')
  if (broken !== undefined) return failed(`"${broken.name}" ended as ${broken.report?.state ?? 'failure'}.`)
  const busy = (app: string): boolean =>
    own.some((report) => report.reporter === app && checkVerdict(report.state) === 'pending')
  const overdue = run.now - run.since > engine.graceSeconds * 1000
  const silent = wanted.find(({ app, report }) => report === undefined && overdue && !busy(app))
  if (silent !== undefined)
    return failed(
      `"${silent.name}" of ${silent.app} did not report within ${engine.graceSeconds} s: does it run on pushes to ${OURS}**?`,
    )
  const done = wanted.flatMap(({ report }) => (report === undefined ? [] : [report]))
  if (done.length < wanted.length || done.some((report) => checkVerdict(report.state) !== 'success'))
    return running
  const took = tookSeconds(done, run.since)
  return took < engine.minimumSeconds
    ? failed(
        `Its checks passed in ${took.toFixed(1)} s; less than ${engine.minimumSeconds} s is not believed.`,
      )
    : { state: 'success', complete: true, why: undefined }
}
