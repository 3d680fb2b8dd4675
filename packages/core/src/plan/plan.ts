/** Compares what should be happening with what is in flight, and orders the difference. One file per decision. */
import type { Step } from '../work/work.js'
import { planDeploys } from './deploys.js'
import { planHeadTest } from './headTest.js'
import { planLandings } from './landings.js'
import { planReads } from './reads.js'
import { planStatuses } from './statuses.js'
import { planTests } from './tests.js'

/** A deploy comes before the next landing, a landing before tests of what it will make out of date. */
const decisions: ReadonlyArray<Step> = [
  planReads,
  planHeadTest,
  planDeploys,
  planLandings,
  planTests,
  planStatuses,
]

export const plan: Step = (work) => decisions.reduce((w, decide) => decide(w), work)
