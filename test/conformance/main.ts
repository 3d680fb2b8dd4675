/**
 * `npm run -s conformance -- [--verbose] [--write-docs] [FILE.jsonl ...]`: plays recordings of the reference's decisions
 * and compares. Ends with one line of JSON. `-- build [FILE ...]` plays those of `build.yaml` instead.
 */
import * as E from 'fp-ts/lib/Either.js'
import { writeFileSync } from 'node:fs'
import { compareBuilds } from './build/main.js'
import { deviationsPage, docsPath } from './docs.js'
import { publicRecording, quirksRecording, readRecording } from './files.js'
import type { Scenario } from './recording.js'
import { describeUnexplained, jsonOf, tableOf } from './report.js'
import { tally } from './tally.js'

const options = ['--verbose', '--write-docs']

const readAll = (paths: ReadonlyArray<string>): E.Either<string, ReadonlyArray<Scenario>> => {
  const read = paths.map(readRecording)
  const bad = read.find(E.isLeft)
  return bad ?? E.right(read.flatMap((scenarios) => (E.isRight(scenarios) ? scenarios.right : [])))
}

const refuse = (sentence: string): number => {
  console.error(sentence)
  return 2
}

const writeDocs = async (): Promise<void> => {
  const [open, quirks] = [readAll([publicRecording]), readAll([quirksRecording])]
  if (E.isRight(open) && E.isRight(quirks))
    writeFileSync(docsPath, await deviationsPage(tally(open.right), tally(quirks.right)))
}

const main = async (args: ReadonlyArray<string>): Promise<number> => {
  const unknown = args.find((arg) => arg.startsWith('-') && !options.includes(arg))
  if (unknown !== undefined) return refuse(`There is no option ${unknown}; there are ${options.join(', ')}.`)
  const paths = args.filter((arg) => !arg.startsWith('-'))
  const scenarios = readAll(paths.length === 0 ? [publicRecording, quirksRecording] : paths)
  if (E.isLeft(scenarios)) return refuse(scenarios.left)
  if (args.includes('--write-docs')) await writeDocs()
  const result = tally(scenarios.right)
  if (args.includes('--verbose'))
    for (const step of result.unexplained) console.log(`${describeUnexplained(step)}\n`)
  console.log(tableOf(result))
  console.log(jsonOf(result))
  return result.unexplained.length === 0 ? 0 : 1
}

const [part, ...rest] = process.argv.slice(2)

process.exitCode = part === 'build' ? compareBuilds(rest) : await main(process.argv.slice(2))
