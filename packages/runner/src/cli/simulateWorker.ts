/** One thread of `headgate simulate`: plays one contender in one fate and says how far it is. */
import { parentPort, workerData } from 'node:worker_threads'
import {
  contenders,
  fateOf,
  play,
  type Assumptions,
  type Result,
  type Trace,
} from '@headgate/core/simulation'

export interface Task {
  readonly trace: Trace
  readonly assumptions: Assumptions
  readonly seed: number
  readonly contender: string
}

export type Message =
  { readonly _tag: 'Progress'; readonly share: number } | { readonly _tag: 'Done'; readonly result: Result }

const send = (message: Message): void => parentPort?.postMessage(message)

const { trace, assumptions, seed, contender: name } = workerData as Task
const contender = contenders.find((known) => known.name === name)
if (contender === undefined) throw new Error(`there is no contender "${name}"`)
const game = play(contender, fateOf(trace, assumptions, seed))
for (let step = game.next(); ; step = game.next()) {
  if (step.done === true) {
    send({ _tag: 'Done', result: step.value })
    break
  }
  send({ _tag: 'Progress', share: step.value.settled / step.value.size })
}
