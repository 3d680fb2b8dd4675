/** `headgate check-model`: everything that can happen in small worlds, one world per thread. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import * as E from 'fp-ts/lib/Either.js'
import { worlds, type Exploration, type Model } from '@headgate/core/checking'
import { messageOf, problem, type Problem } from '../problem.js'
import type { Message, Task } from './checkModelWorker.js'
import { jsonLine, listing, summary, type Explored } from './checkModelReport.js'
import { complain, say } from './terminal.js'

/** As commander gives them. */
export interface CheckModelFlags {
  readonly world?: string
  readonly faults?: number
  readonly maxStates: number
  readonly list?: true
  readonly json?: true
}

const MAX_FINDINGS = 10
const HEAP_MB = 6000

const note = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const withFaults = (model: Model, faults: number | undefined): Model =>
  faults === undefined
    ? model
    : { ...model, setting: { ...model.setting, budget: { ...model.setting.budget, faults } } }

const chosen = (flags: CheckModelFlags): E.Either<Problem, ReadonlyArray<Model>> => {
  const found = worlds.filter((model) => flags.world === undefined || model.name === flags.world)
  return found.length > 0
    ? E.right(found.map((model) => withFaults(model, flags.faults)))
    : E.left(
        problem(
          'world',
          '--world',
          `There is no world "${flags.world ?? ''}".`,
          `Name one of ${worlds.map((model) => model.name).join(', ')}.`,
        ),
      )
}

/** Explores one world in a thread of its own. */
const exploreApart = (task: Task, progress: (message: Message) => void): Promise<Exploration> =>
  new Promise((done, failed) => {
    const worker = new Worker(new URL('./checkModelWorker.js', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    worker.on('message', (message: Message) => {
      progress(message)
      if (message._tag === 'Done') done(message.exploration)
    })
    worker.on('error', failed)
  })

const explored = async (model: Model, maxStates: number): Promise<Explored> => {
  const began = performance.now()
  const seconds = (): number => Math.round((performance.now() - began) / 100) / 10
  let told = began
  const exploration = await exploreApart(
    { model, limits: { maxStates, maxFindings: MAX_FINDINGS } },
    (message) => {
      if (message._tag !== 'Progress' || performance.now() - told < 5000) return
      told = performance.now()
      const { states, depth } = message.progress
      note(`  ${model.name}: ${states.toLocaleString('en')} states, depth ${depth}, ${seconds()} s`)
    },
  )
  note(`  ${model.name}: done, ${exploration.states.toLocaleString('en')} states, ${seconds()} s`)
  return { model, exploration, seconds: seconds() }
}

/** As many worlds at a time as there are cores; the next one begins when one is done. */
const exploreAll = async (
  models: ReadonlyArray<Model>,
  maxStates: number,
): Promise<ReadonlyArray<Explored>> => {
  const waiting = [...models]
  const results: Array<Explored> = []
  const lane = async (): Promise<void> => {
    for (let model = waiting.shift(); model !== undefined; model = waiting.shift())
      results.push(await explored(model, maxStates))
  }
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, lane))
  return models.flatMap((model) => results.filter((result) => result.model === model))
}

/** Runs `headgate check-model`; gives the exit status: 1 if a guarantee is broken. */
export const checkModel = async (flags: CheckModelFlags): Promise<number> => {
  const models = chosen(flags)
  if (E.isLeft(models)) {
    complain(models.left)
    return 1
  }
  if (flags.list === true) {
    say(listing(models.right))
    return 0
  }
  try {
    const began = performance.now()
    const results = await exploreAll(models.right, flags.maxStates)
    const seconds = Math.round((performance.now() - began) / 100) / 10
    const { user } = process.cpuUsage()
    const cpuSeconds = Math.round(user / 100_000) / 10
    say(flags.json === true ? jsonLine(results, seconds, cpuSeconds) : summary(results, seconds))
    return results.some((result) => result.exploration.findings.length > 0) ? 1 : 0
  } catch (cause) {
    complain(
      problem(
        'check-model',
        'check-model',
        `The exploration ended early: ${messageOf(cause)}.`,
        'Lower --max-states, or explore one --world at a time.',
      ),
    )
    return 1
  }
}
