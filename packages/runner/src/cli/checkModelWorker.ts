/** One thread of `headgate check-model`: explores one world and says how far it is. */
import { parentPort, workerData } from 'node:worker_threads'
import { reduce } from '@headgate/core'
import { explore, type Exploration, type Limits, type Model, type Progress } from '@headgate/core/checking'

export interface Task {
  readonly model: Model
  readonly limits: Limits
}

export type Message =
  | { readonly _tag: 'Progress'; readonly progress: Progress }
  | { readonly _tag: 'Done'; readonly exploration: Exploration }

const send = (message: Message): void => parentPort?.postMessage(message)

const { model, limits } = workerData as Task
const run = explore(model, reduce, limits)
for (let step = run.next(); ; step = run.next()) {
  if (step.done === true) {
    send({ _tag: 'Done', exploration: step.value })
    break
  }
  send({ _tag: 'Progress', progress: step.value })
}
