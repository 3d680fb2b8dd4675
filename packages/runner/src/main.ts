#!/usr/bin/env node
/** The command line. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { checkModel, type CheckModelFlags } from './cli/checkModel.js'
import { addLocal } from './cli/localCommand.js'
import { addReplay } from './cli/replayCommand.js'
import { addSimulate } from './cli/simulateCommand.js'
import { serve, type ServeFlags } from './cli/serve.js'
import { start } from './cli/start.js'
import type { StartFlags } from './cli/startOptions.js'
import { complain } from './cli/terminal.js'
import { strategies } from './config/shorthand.js'
import { messageOf, problem } from './problem.js'
import { LOG_LEVELS } from './shell/log.js'

const port = (text: string): number => {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number > 65535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.')
  return number
}

const count = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A count is a whole number.')
  return Number(text)
}

const logLevel = (): Option =>
  new Option('--log-level <level>', 'what goes into headgate.log').choices([...LOG_LEVELS]).default('info')

/** Leaves with `status` when everything that was printed is out. */
const leave = (status: number): void => {
  process.exitCode = status
  process.stdout.write('', () => process.exit(status))
}

const program = new Command('headgate')
  .description('A merge queue: only a commit that itself passed on top of the current head ever lands.')
  .showHelpAfterError(false)

program
  .command('start')
  .description('run everything on this machine: a local GitHub, a local Batch and the service')
  .option('--repo <path>', 'a git repository of this machine instead of the sample; it is only read')
  .option('--build-yaml <file>', 'build.yaml for a repository that has none')
  .option('--once', 'end when nothing more can happen, with a table')
  .option('--report <file>', 'write the outcome as JSON')
  .addOption(
    new Option('--landing <mode>', 'how pull requests land').choices(['fast-forward', 'forge-merge']),
  )
  .addOption(new Option('--strategy <name>', 'how the queue is served').choices(Object.keys(strategies)))
  .option('--state-dir <dir>', 'where everything is kept', '.headgate')
  .option('--port <n>', 'port of the service (default: a free one)', port)
  .option('--github-port <n>', 'port of the local GitHub (default: a free one)', port)
  .option('--batch-port <n>', 'port of the local Batch (default: a free one)', port)
  .addOption(logLevel())
  .action(async (flags: StartFlags) => leave(await start(flags)))

program
  .command('serve')
  .description('run the service against GitHub and Hail Batch')
  .requiredOption('--config <file>', 'the configuration', 'headgate.yaml')
  .addOption(logLevel())
  .action(async (flags: ServeFlags) => leave(await serve(flags)))

program
  .command('check-model')
  .description('visit every state of small worlds and check every guarantee')
  .option('--world <name>', 'this world only (see --list)')
  .option('--faults <n>', 'how many faults may happen, instead of what each world allows', count)
  .option('--max-states <n>', 'cut a world that has more states', count, 3_000_000)
  .option('--list', 'name the worlds')
  .option('--json', 'end with one line of JSON')
  .action(async (flags: CheckModelFlags) => leave(await checkModel(flags)))

addSimulate(program, leave)
addReplay(program, leave)
addLocal(program, port, leave)

// A reader that went away (`| head`) is no reason to stop.
process.stdout.on('error', () => undefined)
process.on('uncaughtException', (cause) => {
  complain(
    problem(
      'internal',
      'headgate',
      `Something went wrong: ${messageOf(cause)}.`,
      'See headgate.log in the state directory.',
    ),
  )
  process.exit(70)
})

await program.parseAsync()
