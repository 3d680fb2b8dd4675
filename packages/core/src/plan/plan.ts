/** Compares what should be happening with what is in flight, and orders the difference. One file per decision. */
import type { Strategy } from '../queue/view.js'
import type { Step } from '../work/work.js'
import { planChains } from './chains.js'
import { planDeploys } from './deploys.js'
import { planHeadTest } from './headTest.js'
import { planLandings } from './landings.js'
import { planReads } from './reads.js'
import { planStatuses } from './statuses.js'
import { planTestsWith } from './tests.js'

/** A deploy comes before the next landing, a landing before tests of what it will make out of date. */
const steps = (tests: Step): Step => {
  const decisions = [planReads, planHeadTest, planDeploys, planChains, planLandings, tests, planStatuses]
  return (work) => decisions.reduce((w, decide) => decide(w), work)
}

export const plan: Step = steps(planTestsWith(undefined))

/** With a strategy of the embedder's own instead of the policy's. */
export const planWith = (strategy: Strategy): Step => steps(planTestsWith(strategy))
