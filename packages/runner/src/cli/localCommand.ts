/** The options of `headgate local`. */
import { InvalidArgumentError, Option, type Command } from 'commander'
import { localBatch, type LocalBatchFlags } from './localBatch.js'

const cores = (text: string): number => {
  const number = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || number <= 0)
    throw new InvalidArgumentError('Cores are a number greater than 0.')
  return number
}

export const addLocal = (
  program: Command,
  port: (text: string) => number,
  leave: (status: number) => void,
): void => {
  const local = program.command('local').description('one of the local services by itself')
  local
    .command('batch')
    .description(
      "a Batch on this machine: Hail Batch's wire API, each job a process; prints {url, token} when ready",
    )
    .requiredOption('--dir <dir>', 'where everything is kept; started again here, it goes on where it was')
    .option('--port <n>', 'port on 127.0.0.1 (default: a free one)', port)
    .option('--cpus <n>', 'cores that jobs may take together (default: those of the machine)', cores)
    .addOption(
      new Option('--isolation <how>', 'how jobs are kept apart from this machine')
        .choices(['best', 'bubblewrap', 'none'])
        .default('best'),
    )
    .option('--visible <path...>', 'what isolated jobs may read besides the system', [])
    .action(async (flags: LocalBatchFlags) => leave(await localBatch(flags)))
}
