/** The options of `headgate simulate`. */
import { InvalidArgumentError, type Command } from 'commander'
import { defaultAssumptions as usual, recordedTraces } from '@headgate/core/simulation'
import type { SimulateFlags } from './simulateOptions.js'

const numberIn =
  (what: string, holds: (n: number) => boolean) =>
  (text: string): number => {
    const number = Number(text)
    if (text.trim() === '' || !Number.isFinite(number) || !holds(number)) throw new InvalidArgumentError(what)
    return number
  }

const probability = numberIn('A probability is a number from 0 to 1.', (n) => n >= 0 && n <= 1)
const amount = numberIn('An amount is a number from 0 to 1,000,000.', (n) => n >= 0 && n <= 1e6)
const minutes = numberIn('Minutes are a number above 0, at most 10,000.', (n) => n > 0 && n <= 1e4)
const seed = numberIn(
  'A seed is a whole number from 0 to 1,000,000,000.',
  (n) => Number.isSafeInteger(n) && n >= 0 && n <= 1e9,
)
const countUpTo = (most: number) =>
  numberIn(
    `It is a whole number from 1 to ${most.toLocaleString('en')}.`,
    (n) => Number.isSafeInteger(n) && n >= 1 && n <= most,
  )
const someLoad = numberIn('A load is a number above 0, at most 10, or "recorded".', (n) => n > 0 && n <= 10)
const load = (text: string): number | 'recorded' => (text === 'recorded' ? text : someLoad(text))

const HELP = `
Recorded traces:
${Object.entries(recordedTraces)
  .map(([name, about]) => `  ${name.padEnd(26)} ${about}`)
  .join('\n')}
  ${'generated'.padEnd(26)} invented: a year of 6,000 pull requests in office hours`

export const addSimulate = (program: Command, leave: (status: number) => void): void => {
  program
    .command('simulate')
    .description('play recorded or invented traffic with every strategy and compare them')
    .option(
      '--trace <name>',
      'a recorded trace, a CSV of the same form, or a journal.sqlite',
      'rust-analyzer-ghmq',
    )
    .option('--strategy <names>', 'all, or some of them, separated by commas', 'all')
    .option('--capacity <n>', 'test runs at a time', countUpTo(1000), usual.capacity)
    .option('--test-minutes <n>', 'how long a run takes, in the mean', minutes, usual.testMinutes)
    .option('--test-spread <s>', 'lognormal spread of that; 0: all the same', amount, usual.testSpread)
    .option('--fail <p>', 'pull requests that fail by themselves', probability, usual.fail)
    .option('--flake <p>', 'runs that fail though everything in them is good', probability, usual.flake)
    .option('--pair-conflict <p>', 'overlapping pairs that conflict', probability, usual.pairConflict)
    .option(
      '--load <l>',
      'arrivals as a share of the runs that fit; recorded: as they came',
      load,
      usual.load,
    )
    .option('--pushes <p>', 'authors who push once more while they wait', probability, usual.pushes)
    .option('--review-minutes <n>', 'from opening to approval, in the mean', amount, usual.reviewMinutes)
    .option('--foreign-pushes <n>', 'pushes past the gate, per day', amount, usual.foreignPushesPerDay)
    .option('--faults <p>', 'orders that go wrong and webhooks that get lost', probability, usual.faults)
    .option('--seeds <n>', 'how many fates', countUpTo(1000), 5)
    .option('--from-seed <n>', 'the first of them', seed, 1)
    .option('--out <file>', 'write a page with plots')
    .option('--json', 'end with one line of JSON instead of a table')
    .addHelpText('after', HELP)
    .action(async (flags: SimulateFlags) => {
      // Only now: the plotting library takes its time to load, and no other command needs it.
      const { simulate } = await import('./simulate.js')
      leave(await simulate(flags))
    })
}
