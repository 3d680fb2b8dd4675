/** Plays every contender on every seed, as many games at a time as there are cores, with a bar that says how far it is. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { Presets, SingleBar } from 'cli-progress'
import {
  fateOf,
  oracle,
  type Assumptions,
  type Contender,
  type Result,
  type Round,
  type Trace,
} from '@headgate/core/simulation'
import type { Message, Task } from './simulateWorker.js'

export interface Study {
  readonly trace: Trace
  readonly assumptions: Assumptions
  readonly contenders: ReadonlyArray<Contender>
  readonly seeds: ReadonlyArray<number>
}

const HEAP_MB = 3000

const playApart = (task: Task, progress: (share: number) => void): Promise<Result> =>
  new Promise((done, failed) => {
    const worker = new Worker(new URL('./simulateWorker.js', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
    })
    worker.on('message', (message: Message) => {
      if (message._tag === 'Done') done(message.result)
      else progress(message.share)
    })
    worker.on('error', failed)
    worker.on('exit', () => failed(new Error('a game ended without a result')))
  })

interface Played extends Task {
  readonly result: Result
}

/** On standard error, and only on a terminal. */
const progressBar = (): SingleBar =>
  new SingleBar(
    {
      format: '{bar} {percentage} % · {what} · {eta_formatted} left',
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  )

const playAll = async (tasks: ReadonlyArray<Task>): Promise<ReadonlyArray<Played>> => {
  const bar = progressBar()
  const shares = new Map<Task, number>()
  const show = (task: Task, share: number): void => {
    shares.set(task, share)
    const sum = [...shares.values()].reduce((a, b) => a + b, 0)
    bar.update(Math.round(sum * 100), { what: `${task.contender}, seed ${task.seed}` })
  }
  const waiting = [...tasks]
  const played: Array<Played> = []
  const lane = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const mine = task
      played.push({ ...mine, result: await playApart(mine, (share) => show(mine, share)) })
      show(mine, 1)
    }
  }
  bar.start(tasks.length * 100, 0, { what: 'beginning' })
  try {
    await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, lane))
  } finally {
    bar.stop()
  }
  return played
}

/** A round per seed: the same fate for the Oracle and every contender. */
export const playStudy = async ({
  trace,
  assumptions,
  contenders,
  seeds,
}: Study): Promise<ReadonlyArray<Round>> => {
  const tasks = seeds.flatMap((seed) =>
    contenders.map(({ name }) => ({ trace, assumptions, seed, contender: name })),
  )
  const played = await playAll(tasks)
  const resultOf = (seed: number, name: string): ReadonlyArray<readonly [string, Result]> =>
    played
      .filter((game) => game.seed === seed && game.contender === name)
      .map(({ result }) => [name, result] as const)
  return seeds.map((seed) => ({
    seed,
    oracle: oracle(fateOf(trace, assumptions, seed)),
    results: new Map(contenders.flatMap(({ name }) => resultOf(seed, name))),
  }))
}
