/** Writing the report. */
import { renameSync, statSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { messageOf, problem, type Problem } from '../problem.js'
import type { Report } from '../view/report.js'

const REMEDY = 'Name a file in a directory that exists: --report FILE.'

/** Asked before the run, so that nobody waits for a report that can't be written. */
export const checkReportFile = (file: string): E.Either<Problem, string> => {
  const path = resolve(file)
  try {
    if (
      statSync(dirname(path)).isDirectory() &&
      !(statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false)
    )
      return E.right(path)
    return E.left(problem('report', file, 'The report is not a file, or its directory is not one.', REMEDY))
  } catch (cause) {
    return E.left(problem('report', file, `The report can't be written (${messageOf(cause)}).`, REMEDY))
  }
}

/** Whole or not at all. */
export const writeReport = (path: string, report: Report): E.Either<Problem, void> => {
  try {
    const partial = `${path}.partial-${process.pid}`
    writeFileSync(partial, `${JSON.stringify(report, undefined, 2)}\n`)
    renameSync(partial, path)
    return E.right(undefined)
  } catch (cause) {
    return E.left(problem('report', path, `The report can't be written (${messageOf(cause)}).`, REMEDY))
  }
}
