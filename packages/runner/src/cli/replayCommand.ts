/** The options of `headgate replay`. */
import type { Command } from 'commander'
import { replayJournal } from './replay.js'
import type { ReplayFlags } from './replayOptions.js'

const HELP = `
Exit status: 0 the same, 1 different, 2 it could not be replayed.`

export const addReplay = (program: Command, leave: (status: number) => void): void => {
  program
    .command('replay')
    .description(
      "re-run a service's journal: are its decisions the same, and what would another policy decide?",
    )
    .argument('<journal>', 'journal.sqlite of a service; it is only read')
    .option('--branch <name>', 'main or owner/name:main, where the journal is of several')
    .option('--policy <file>', 'YAML or JSON: fields of the policy that are to be different')
    .option('--from <seq|time>', 'the event or time from which they are (default: the beginning)')
    .option('--json', 'end with one line of JSON instead of text')
    .addHelpText('after', HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .action((journal: string, flags: ReplayFlags) => leave(replayJournal(journal, flags)))
}
