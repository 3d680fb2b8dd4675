/** Reads a trace from CSV: columns `merged_at` (Unix seconds) and `ov`; any others are not looked at. */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { traceOf, type Arrival, type Trace } from './trace.js'

const overlapsIn = (row: number, text: string): ReadonlyArray<number> =>
  text
    .split(' ')
    .filter((word) => /^\d+!?$/.test(word))
    .map((word) => row - Number.parseInt(word, 10))
    .filter((other) => other >= 0 && other < row)

const fieldsOf = (line: string): ReadonlyArray<string> => line.split(',').map((field) => field.trim())

const arrivalIn = (
  line: string,
  row: number,
  columns: { readonly at: number; readonly overlaps: number },
): E.Either<string, Arrival> => {
  const fields = fieldsOf(line)
  const at = fields[columns.at] ?? ''
  return /^-?\d+(\.\d+)?$/.test(at)
    ? E.right({ at: Number(at), overlaps: overlapsIn(row, fields[columns.overlaps] ?? '') })
    : E.left(`line ${row + 2} has no time in column merged_at`)
}

/**
 * A trace in the form of the recorded ones: `merged_at` is when the pull request came, `ov` names the overlapping rows above
 * as "so many rows up", with or without `!`, separated by spaces. No field is quoted. Left: what is wrong, in a few words.
 *
 * @example
 * readTrace('mine', 'merged_at,ov\n1700000000,\n1700000600,1\n')
 * // right: two pull requests, ten minutes apart, that overlap
 */
export const readTrace = (name: string, csv: string): E.Either<string, Trace> => {
  const [header, ...lines] = csv.split(/\r?\n/).filter((line) => line.trim() !== '')
  const names = fieldsOf(header ?? '')
  const columns = { at: names.indexOf('merged_at'), overlaps: names.indexOf('ov') }
  if (columns.at < 0) return E.left('the first line names no column merged_at')
  if (lines.length < 2) return E.left('it has fewer than two pull requests')
  return pipe(
    lines,
    E.traverseArrayWithIndex((row, line) => arrivalIn(line, row, columns)),
    E.map((arrivals) => traceOf(name, arrivals)),
  )
}
