/** Trace files: compared with what happens now, or written anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { isLeft } from 'fp-ts/lib/Either.js'
import { playTrace } from './trace.js'

const firstDifference = (was: string, is: string): string => {
  const [old, now] = [was.split('\n'), is.split('\n')]
  const at = now.findIndex((line, i) => line !== old[i])
  const line = at < 0 ? now.length : at
  return `line ${line + 1}:\n  - ${old[line] ?? '(nothing)'}\n  + ${now[line] ?? '(nothing)'}`
}

/** A trace that a property found may go another way once what it shows is repaired. */
const isFound = (file: string): boolean => /[\\/]found[\\/]/.test(file)

/** What is wrong with this file now; empty when it shows what happens. Never hides a broken guarantee. */
export const checkTraceFile = (file: string, rewrite: boolean): ReadonlyArray<string> => {
  const text = readFileSync(file, 'utf8')
  const played = playTrace(text, { strict: !isFound(file) })
  if (isLeft(played)) return [played.left]
  const { broken, text: now } = played.right
  if (rewrite && now !== text) writeFileSync(file, now)
  if (broken !== undefined) return broken.violations.map((v) => `${v.guarantee}: ${v.text}`)
  return now === text || rewrite ? [] : [firstDifference(text, now)]
}
