import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { deviations } from './deviations.js'
import { deviationsPage, docsPath } from './docs.js'
import { faults } from './faults.js'
import { publicRecording, quirksRecording, readRecording } from './files.js'
import { generate } from './generator/generate.js'
import { recordScenario } from './generator/record.js'
import {
  emptySnapshot,
  type Batch,
  type RecordedAction,
  type RecordedPr,
  type Scenario,
} from './recording.js'
import { noExperience } from './reference/book.js'
import { freshMemory } from './reference/memory.js'
import { update } from './reference/update.js'
import { describeUnexplained } from './report.js'
import { tally } from './tally.js'
import { openWorld } from './world.js'

const scenariosOf = (path: string): ReadonlyArray<Scenario> => {
  const read = readRecording(path)
  if (E.isLeft(read)) throw new Error(read.left)
  return read.right
}
const open = scenariosOf(publicRecording)
const quirks = scenariosOf(quirksRecording)

const tape = fc.array(fc.noBias(fc.integer({ min: 0, max: 2 ** 31 - 1 })), { minLength: 40, maxLength: 400 })
const seed = Number(process.env.HEADGATE_SEED ?? Date.now() % 2 ** 31)
console.log(`conformance: HEADGATE_SEED=${seed}`)

const green = (n: number, refuse?: number): RecordedPr => ({
  n,
  sha: `p${n}c1`,
  author: 'ehigham',
  review: 'APPROVED',
  checks: [['ci-test', 'S', 'SUCCESS', 1]],
  ...(refuse === undefined ? {} : { refuse }),
})
const passed = (pr: number): Batch => ({
  kind: 'test',
  id: pr,
  pr,
  source: `p${pr}c1`,
  target: 't1',
  state: 'success',
  complete: true,
})

/** Two may land; to the merge of the first the forge gives no answer. The recordings happen not to show this. */
const unanswered = recordScenario(
  'unanswered',
  { mergeable: true, deployable: false, required: ['ci-test'], cancel_immediate: true },
  [{ ...emptySnapshot, prs: [green(1, 502), green(2)], batches: [passed(1), passed(2)] }],
)

describe('the model of the reference', () => {
  test('plays every recorded step as it was recorded: actions in order, merge candidate, assertion', () => {
    const bare = (actions: ReadonlyArray<RecordedAction>) =>
      actions.map((action) => ({ ...action, reason: undefined }))
    for (const { name, params, steps } of [...open, ...quirks]) {
      let memory = freshMemory()
      steps.forEach((step, i) => {
        if (step.ops.some(([op]) => op === 'restart')) memory = freshMemory()
        const world = openWorld(params, step.world)
        const error = update(memory, world, new Set(), noExperience())
        const where = `${name}, step ${i}`
        expect({ where, actions: bare(world.actions), error, candidate: memory.candidate }).toEqual({
          where,
          actions: bare(step.actions),
          error: step.error,
          candidate: step.candidate,
        })
      })
    }
  })
})

describe('the core against the recordings', () => {
  const [found, byHand] = [tally(open), tally(quirks)]

  test('no step is unexplained', () => {
    expect([...found.unexplained, ...byHand.unexplained].map(describeUnexplained)).toEqual([])
  })

  test('none where the forge does not answer', () => {
    const { steps, unexplained, deviations: seen } = tally([unanswered])
    expect([steps, unexplained.map(describeUnexplained), Object.keys(seen)]).toEqual([
      1,
      [],
      ['unknown-landing'],
    ])
  })

  test('at least four of five steps are identical', () => {
    expect(found.steps).toBe(3557)
    expect(found.identical / found.steps).toBeGreaterThan(0.8)
  })

  test('every deviation is there for something', () => {
    const seen = new Set([found, byHand, tally([unanswered])].flatMap((t) => Object.keys(t.deviations)))
    expect(deviations.map((d) => d.name).filter((name) => !seen.has(name))).toEqual([])
  })

  test('docs/reference/deviations.md says what is found', async () => {
    expect(readFileSync(docsPath, 'utf8')).toBe(await deviationsPage(found, byHand))
  })
})

describe('the core against scenarios that nobody has recorded', () => {
  test('no step is unexplained', () => {
    fc.assert(
      fc.property(tape, (numbers) => {
        const { unexplained } = tally([generate('made up', numbers)])
        expect(unexplained.map(describeUnexplained)).toEqual([])
      }),
      { seed, numRuns: Number(process.env.HEADGATE_RUNS ?? 100), endOnFailure: true },
    )
  })
})

describe('what must not be explained', () => {
  const some = [...quirks, ...open.slice(0, 70)]

  test.each(Object.entries(faults))('a core that %s', (_, faulty) => {
    expect(some.some((scenario) => tally([scenario], faulty).unexplained.length > 0)).toBe(true)
  })

  test('a recording that is not the reference’s', () => {
    const forged = open.slice(0, 20).map((scenario) => ({
      ...scenario,
      steps: scenario.steps.map((step) => ({
        ...step,
        actions: step.actions.filter((action) => action.t !== 'test'),
      })),
    }))
    expect(tally(forged).unexplained.length).toBeGreaterThan(0)
  })
})

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headgate-conformance-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const run = (...args: ReadonlyArray<string>) =>
    spawnSync('npm', ['run', '-s', 'conformance', '--', ...args], { cwd: root, encoding: 'utf8' })
  const file = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text)
    return path
  }

  test('ends with one line of JSON', () => {
    const { stdout, status } = run(quirksRecording)
    const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as object
    expect(status).toBe(0)
    expect(Object.keys(last)).toEqual(['steps', 'identical', 'deviations', 'unexplained'])
    expect(last).toMatchObject({ steps: 129, unexplained: 0 })
  })

  test.each([
    ['missing.jsonl', undefined, "can't be read"],
    ['empty.jsonl', '\n', 'holds no scenario'],
    ['text.jsonl', 'hello', ':1: not JSON'],
    ['form.jsonl', '{"params":{}}', ':1: '],
    ['broken.jsonl.br', 'hello', "can't be read"],
  ])('says in a sentence what is wrong with %s', (name, text, sentence) => {
    const path = text === undefined ? join(folder, name) : file(name, text)
    const read = readRecording(path)
    expect(E.isLeft(read) ? read.left : 'it was read').toContain(sentence)
  })

  test('a bad file is no stack trace', () => {
    const { stderr, status } = run(file('bad.jsonl', 'hello'))
    expect(status).toBe(2)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })
})
