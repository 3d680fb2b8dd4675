/** `docs/reference/deviations.md`, written from the table and from what the suite finds. */
import { fileURLToPath } from 'node:url'
import { format } from 'prettier'
import { deviations } from './deviations.js'
import type { Tally } from './tally.js'

export const docsPath = fileURLToPath(new URL('../../docs/reference/deviations.md', import.meta.url))

const head = `# Deviations from the reference

The reference is the CI service of hail-is/hail. What its real code decided in recorded situations is part of this
repository (\`test/fixtures/recordings\`): 200 random scenarios and 23 made by hand, each of which pins one surprise. The
conformance suite feeds each recorded world to the core as observations, under the reference policy (forge-merge landing,
serial, cap 3 and the candidate), and compares what both do.

\`\`\`sh
npm run -s conformance
npm run -s conformance -- FILE.jsonl ...
\`\`\`

Without a file it plays the recordings of this repository; \`--verbose\` shows each unexplained step, \`--write-docs\` writes
this page. The last line is JSON: \`{steps, identical, deviations: {name: steps}, unexplained}\`. The exit code is 1 when a
step is unexplained, and 2 when a file can't be read.

## How a step is compared

Sets of tests, cancels, merges (with the forge's answer) and deploys, and the last status of each SHA. An order that only
repeats what is so already changes nothing, and is left out on both sides: a status that the SHA shows (unless another was
posted in between), a cancel of a batch that has been cancelled before and drains. The reference gives many of these; the
suite says in how many identical steps something was left out. A step that the reference ended with an assertion is
compared all the same: what it did until then, against all that ours does.

Our core keeps one state alive through a scenario. Where the two sides have parted (one tested, merged, cancelled or
deployed what the other did not) it starts anew from the next recorded world, knowing nothing.

## How a difference is explained

\`test/conformance/reference\` is the reference as an executable specification. It plays every recorded step exactly as it
was recorded: the same actions, the same merge candidate, the same assertion. Each deviation is a switch in it. They are
turned on one after the other, in the order of the table, and the step is played again each time. **A difference belongs
to the deviation with which it goes away for good**, so to exactly one. With all of them on the reference must do exactly
what our core did; whatever then remains, or has come up, is unexplained. No deviation knows a scenario by its seed, and
none can explain anything but what its own rule changes.

The suite also plays scenarios that nobody has recorded, made up at random with the same mix of events and played by the
specification, and plants faults in the core that must come out as unexplained.
`

const cell = (text: string): string => text.replaceAll('|', '\\|')

const percent = (t: Tally): string => `${((100 * t.identical) / t.steps).toFixed(1)} %`

/** The page, from the tallies of the two recordings. */
export const deviationsPage = (open: Tally, quirks: Tally): Promise<string> => {
  const rows = deviations.map(
    ({ name, rule, why }) =>
      `| \`${name}\` | ${cell(rule)} | ${cell(why)} | ${open.deviations[name] ?? 0} | ${quirks.deviations[name] ?? 0} |`,
  )
  const page = [
    head,
    '## What is found',
    '',
    '| recording | steps | identical | of these with repetitions left out | unexplained |',
    '| --- | --- | --- | --- | --- |',
    `| \`decisions-public\`, random | ${open.steps} | ${open.identical} (${percent(open)}) | ${open.repeated} | ${open.unexplained.length} |`,
    `| \`decisions-quirks\`, by hand | ${quirks.steps} | ${quirks.identical} (${percent(quirks)}) | ${quirks.repeated} | ${quirks.unexplained.length} |`,
    '',
    '## The deviations',
    '',
    'The last columns say how many steps show it, in the random recording and in the one made by hand.',
    '',
    '| name | rule | why | random | by hand |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
  return format(page, { parser: 'markdown' })
}
