/** The verified head is deployed, one deploy at a time; a failure is announced once per SHA. */
import { isNone, isSome } from 'fp-ts/lib/Option.js'
import { deployIsDue } from '../landing/branchHolds.js'
import { startDeploy } from '../work/deploy.js'
import { headSha, isOut, order, type Step } from '../work/work.js'

/** While a listing of the batches is out nobody knows whether a deploy of an earlier life still runs. */
const start: Step = (work) => {
  const sha = headSha(work)
  const may = deployIsDue(work) && isNone(work.landing) && work.listed && !isOut(work, 'ReadBatches')
  return sha !== undefined && may ? startDeploy(work, sha) : work
}

const announce: Step = (work) => {
  const { last, announced } = work.deploy
  if (isNone(last) || last.value.outcome === 'success' || last.value.outcome === 'cancelled') return work
  const { sha, batchId, text } = last.value
  const told = isSome(announced) && announced.value === sha
  return told ? work : order(work, { _tag: 'AnnounceDeployFailure', sha, batchId, text })
}

export const planDeploys: Step = (work) => start(announce(work))
