/** docs/reference/mutation.md says what the last mutation run showed: its scores, and every mutant that survived. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

interface Position {
  readonly line: number
  readonly column: number
}
interface Mutant {
  readonly status: string
  readonly replacement: string
  readonly location: { readonly start: Position; readonly end: Position }
}
interface Report {
  readonly files: Readonly<
    Record<string, { readonly source: string; readonly mutants: ReadonlyArray<Mutant> }>
  >
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const page = readFileSync(join(root, 'docs/reference/mutation.md'), 'utf8')
const place = join(root, 'reports/mutation/mutation.json')

const oneLine = (code: string): string => code.replace(/\s+/g, ' ').trim()
const inCore = (file: string): string => file.replace('packages/core/src/', '')

/** The code that a mutant replaced. */
const original = (source: string, { start, end }: Mutant['location']): string => {
  const lines = source.split('\n').slice(start.line - 1, end.line)
  const last = lines.length - 1
  return lines
    .map((line, i) => line.slice(i === 0 ? start.column - 1 : 0, i === last ? end.column - 1 : undefined))
    .join('\n')
}

const quoted = (code: string): string => (code.includes('`') ? `\`\` ${code} \`\`` : `\`${code}\``)
const survived = ({ status }: Mutant): boolean => status === 'Survived' || status === 'NoCoverage'

/** Each mutant that no test noticed, as the page lists it. */
const survivors = (report: Report): ReadonlyArray<string> =>
  Object.entries(report.files).flatMap(([file, { source, mutants }]) =>
    mutants
      .filter(survived)
      .map(
        (mutant) =>
          `- ${inCore(file)}: ${quoted(oneLine(original(source, mutant.location)))} → ${quoted(oneLine(mutant.replacement))}`,
      ),
  )

/** The folder of a file in the core; for a file beside the folders the file itself. */
const roomOf = (file: string): string => inCore(file).split('/')[0] ?? file

/** One row per room of the core: mutants, how many were noticed, the score. */
const scores = (report: Report): ReadonlyArray<string> => {
  const all = Object.entries(report.files).flatMap(([file, { mutants }]) =>
    mutants.filter(({ status }) => status !== 'Ignored').map((mutant) => ({ room: roomOf(file), mutant })),
  )
  const row = (name: string, of: typeof all): string => {
    const noticed = of.filter(({ mutant }) => !survived(mutant)).length
    return `| ${name} | ${of.length} | ${noticed} | ${((100 * noticed) / of.length).toFixed(1)} % |`
  }
  const rooms = [...new Set(all.map(({ room }) => room))].sort()
  return [
    ...rooms.map((name) =>
      row(
        `\`${name}\``,
        all.filter(({ room }) => room === name),
      ),
    ),
    row('all', all),
  ]
}

const listed = page.split('\n').filter((line) => line.startsWith('- ') && line.includes(' → '))

test.runIf(existsSync(place))('the page lists what the last run showed, no more and no less', () => {
  const report = JSON.parse(readFileSync(place, 'utf8')) as Report
  expect([...listed].sort()).toEqual([...survivors(report)].sort())
  for (const row of scores(report)) expect(page).toContain(row)
})
if (!existsSync(place))
  console.log('mutation: skipped, there is no reports/mutation/mutation.json; npm run mutation makes one')

test('every survivor stands under a reason', () => {
  const [, list = ''] = page.split('## Survivors')
  const sections = list.split('\n### ').slice(1)
  expect(sections.length).toBeGreaterThan(0)
  for (const section of sections) {
    const [why = ''] = section.split('\n- ')
    expect(why.split('\n').slice(1).join('').length, section.split('\n')[0]).toBeGreaterThan(20)
  }
  expect(
    sections
      .join('\n')
      .split('\n')
      .filter((line) => listed.includes(line)),
  ).toHaveLength(listed.length)
})

test('a survivor that is not listed is found', () => {
  const mutant = (status: string, start: number, end: number): Mutant => ({
    status,
    replacement: 'true',
    location: { start: { line: 2, column: start }, end: { line: 2, column: end } },
  })
  const report: Report = {
    files: {
      'packages/core/src/queue/x.ts': {
        source: 'const x =\n  a   === b',
        mutants: [mutant('Survived', 3, 12), mutant('Killed', 3, 4), mutant('NoCoverage', 11, 12)],
      },
    },
  }
  expect(survivors(report)).toEqual(['- queue/x.ts: `a === b` → `true`', '- queue/x.ts: `b` → `true`'])
  expect(scores(report)).toEqual(['| `queue` | 3 | 1 | 33.3 % |', '| all | 3 | 1 | 33.3 % |'])
  expect(listed).not.toContain('- queue/x.ts: `a === b` → `true`')
})
