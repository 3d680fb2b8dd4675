/** `npm run -s bench -- NAME [--json]`: what things cost. With --json the last line is the figures as JSON. */
import { buildFigures } from './build.js'
import { memoryFigures } from './memory.js'
import { reduceBenchmark } from './reduce.js'
import type { Outcome } from './report.js'
import { streamFigures } from './stream.js'
import { worstFigures } from './worst.js'
import { yearFigures } from './year.js'

interface Benchmark {
  readonly about: string
  readonly run: () => Outcome
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  reduce: {
    about: 'one event at 10 to 10,000 open pull requests, against the promised limits',
    run: reduceBenchmark,
  },
  stream: {
    about: 'a long seeded stream of events through the core, by kind of event',
    run: () => ({ figures: streamFigures() }),
  },
  worst: { about: 'what is allowed to cost more, and how much', run: () => ({ figures: worstFigures() }) },
  memory: { about: 'the heap that a state takes', run: () => ({ figures: memoryFigures() }) },
  build: { about: 'reading, selecting and planning a build.yaml, milliseconds', run: buildFigures },
  year: {
    about: 'a year of 6,000 pull requests in the laboratory, under each strategy',
    run: () => ({ figures: yearFigures() }),
  },
}

const help = [
  'npm run -s bench -- NAME [--json]',
  '',
  ...Object.entries(benchmarks).map(([name, { about }]) => `  ${name.padEnd(8)} ${about}`),
  '',
  'With --json the last line is the figures as one JSON array; times are microseconds, those of a year seconds.',
].join('\n')

const complain = (what: string): void => {
  console.error(`bench: ${what}. Known: ${Object.keys(benchmarks).join(', ')}. See --help.`)
  process.exitCode = 2
}

const main = (args: ReadonlyArray<string>): void => {
  const names = args.filter((arg) => !arg.startsWith('-'))
  const stranger = args.find((arg) => arg.startsWith('-') && !['--json', '--help', '-h'].includes(arg))
  if (args.includes('--help') || args.includes('-h')) return console.log(help)
  if (stranger !== undefined) return complain(`unknown option ${stranger}`)
  const [name, second] = names
  if (name === undefined) return complain('no benchmark is named')
  if (second !== undefined) return complain(`one benchmark at a time, not also ${second}`)
  if (!Object.hasOwn(benchmarks, name)) return complain(`there is no benchmark "${name}"`)
  const outcome = benchmarks[name]?.run() ?? { figures: [] }
  if (args.includes('--json')) return console.log(JSON.stringify(outcome.figures))
  console.table(outcome.figures)
  for (const remark of outcome.remarks ?? []) console.log(remark)
}

main(process.argv.slice(2))
