/** `npm run -s traces -- [--rewrite] [FILE ...]`: plays traces, all of test/traces by default, and says where they differ. */
import { readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import { checkTraceFile } from '../../packages/core/test/support/simulation/traceFile.js'

const here = import.meta.dirname
const all = (): ReadonlyArray<string> =>
  readdirSync(here, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt'))
    .map((name) => join(here, name))

const words = process.argv.slice(2)
const rewrite = words.includes('--rewrite')
const named = words.filter((word) => !word.startsWith('--'))
const problems = (named.length > 0 ? named : all()).flatMap((file) =>
  checkTraceFile(file, rewrite).map((problem) => `${relative(process.cwd(), file)}: ${problem}`),
)
problems.forEach((problem) => console.error(problem))
console.log(problems.length === 0 ? 'every trace shows what happens' : `${problems.length} traces differ`)
process.exitCode = problems.length === 0 ? 0 : 1
