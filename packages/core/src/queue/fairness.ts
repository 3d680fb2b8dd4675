/**
 * A bound on overtaking, whatever the strategy. Once as many who came later have landed as the policy allows, a pull request
 * is tested alone on the head, and until that has come to an end nothing begins that could land without it. What is under
 * way goes on, and what holds the pull request itself may begin: in neither is it overtaken for ever.
 */
import type { PrNumber } from '../ids.js'
import { numbersOf, sameList, type List } from './lists.js'
import type { QueueView, Strategy, WantedRun } from './view.js'

const alone = (overdue: PrNumber): WantedRun => ({
  members: [overdue],
  reason: 'it has been overtaken often enough',
  mayExceedCap: true,
})

const isTrial = ({ running, head }: QueueView, overdue: List, id: string): boolean =>
  running.some((run) => run.id === id && run.base === head && sameList(numbersOf(run.members), overdue))

export const fair =
  (strategy: Strategy): Strategy =>
  (view) => {
    const { overdue } = view
    const { start, stop } = strategy(view)
    return overdue === undefined
      ? { start, stop }
      : {
          start: [alone(overdue), ...start.filter(({ members }) => members.includes(overdue))],
          stop: stop.filter((id) => !isTrial(view, [overdue], id)),
        }
  }
