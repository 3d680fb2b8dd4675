/** The options of `headgate build`. */
import { Option, type Command } from 'commander'
import { buildCheck, buildPlan, buildRender, buildSelect, type BuildFlags } from './build.js'

const HELP = `
Exit status: 0 all is well, 1 the build file is wrong, 2 it could not be read or an option is wrong.`

const collect = (value: string, all: ReadonlyArray<string> = []): ReadonlyArray<string> => [...all, value]

const withChoice = (command: Command): Command =>
  command
    .addOption(
      new Option('--scope <scope>', 'what the batch is for')
        .choices(['test', 'deploy', 'dev'])
        .default('test'),
    )
    .option('--cloud <name>', 'leave out the steps of other clouds')
    .option('--changed <path>', 'a changed file chooses the steps (repeatable)', collect)
    .option('--label <name>', 'a label of the pull request (repeatable)', collect)
    .option('--step <name>', 'a step, with all it depends on (repeatable)', collect)
    .option('--exclude <name>', 'a step that is left out, in scope dev (repeatable)', collect)
    .option('--json', 'one line of JSON instead of text')
    .addHelpText('after', HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))

const inputs: [string, string] = ['--inputs <file>', 'YAML or JSON: code, global, installation and others']
const graph: [string, string] = ['--graph <file>', 'a picture: SVG when it is called so, else DOT']

export const addBuild = (program: Command, leave: (status: number) => void): void => {
  const build = program.command('build').description('look at a build.yaml: errors, steps, jobs, scripts')
  withChoice(build.command('check').description('tell every error').argument('<file>'))
    .option(...inputs)
    .action(async (file: string, flags: BuildFlags) => leave(await buildCheck(file, flags)))
  withChoice(build.command('select').description('which steps are chosen').argument('<file>'))
    .option(...graph)
    .action(async (file: string, flags: BuildFlags) => leave(await buildSelect(file, flags)))
  withChoice(build.command('plan').description('which jobs they become').argument('<file>'))
    .option(...inputs)
    .option(...graph)
    .action(async (file: string, flags: BuildFlags) => leave(await buildPlan(file, flags)))
  withChoice(build.command('render').description('the script of a job').argument('<file>').argument('<job>'))
    .option(...inputs)
    .action(async (file: string, job: string, flags: BuildFlags) =>
      leave(await buildRender(file, job, flags)),
    )
}
