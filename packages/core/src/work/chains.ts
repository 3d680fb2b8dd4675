/**
 * Runs of several pull requests as one chain of commits. A chain belongs to the head that it was built on; when the
 * branch moves to one of its own commits, what is left of it is a chain on the new head, tested as it is. Nothing is
 * assumed for that: the commits are the same.
 */
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import type { Sha } from '../ids.js'
import type { RunEvidence, RunResult, TestRun, TriedRun } from '../model/run.js'
import type { BranchState, PullRequest } from '../model/state.js'
import { putPullRequest } from './pullRequests.js'
import { conclude } from './results.js'
import { abandonRun, putRun, stopRun, releaseCommit, releaseResult } from './runs.js'
import { notice, type Work } from './work.js'

type Chained = Pick<TestRun, 'base' | 'members' | 'chain'>

/** What is left of a chain when the branch has moved from its base to one of its commits; undefined if it has not. */
const remainderOn = <A extends Chained>(run: A, from: Sha, to: Sha): A | undefined => {
  const landed = run.base === from ? run.chain.indexOf(to) + 1 : 0
  return landed === 0
    ? undefined
    : { ...run, base: to, members: run.members.slice(landed), chain: run.chain.slice(landed) }
}

/** The only pull request of a list, at the source that is its head now. */
const soleOf = (state: BranchState, { members }: Chained): PullRequest | undefined => {
  const [member, ...others] = members
  const pr = member === undefined || others.length > 0 ? undefined : M.get(state.pullRequests, member.pr)
  return pr !== undefined && pr.snapshot.source === member?.source ? pr : undefined
}

const endOwn = (work: Work, pr: PullRequest): Work =>
  isSome(pr.run) ? abandonRun(work, pr.run.value, 'what is left of a chain takes its place') : work

const carryRun = (work: Work, run: TestRun, from: Sha, to: Sha): Work => {
  if (run.purpose !== 'gate' || run.abandoned) return work
  const left = remainderOn(run, from, to)
  if (left === undefined) return work
  if (left.members.length === 0) return stopRun(work, run.id, 'it has landed')
  const pr = soleOf(work, left)
  if (pr === undefined) return putRun(work, left)
  return putPullRequest(putRun(endOwn(work, pr), left), { ...pr, run: some(run.id) })
}

const forgetChain = (work: Work, { run, members }: RunEvidence): Work =>
  members.reduce((w, { source }) => notice(w, source), {
    ...work,
    chains: M.remove(work.chains, run),
  })

/** A chain that passed and can't land any more. */
export const dropChain = (work: Work, evidence: RunEvidence): Work =>
  releaseCommit(forgetChain(work, evidence), evidence.run)

const carryChain = (work: Work, evidence: RunEvidence, from: Sha, to: Sha): Work => {
  const left = remainderOn(evidence, from, to)
  if (left === undefined || left.members.length === 0) return dropChain(work, evidence)
  const pr = soleOf(work, left)
  if (pr === undefined) return { ...work, chains: M.set(work.chains, left.run, left) }
  const forgotten = forgetChain(endOwn(releaseResult(work, pr), pr), evidence)
  return putPullRequest(forgotten, {
    ...pr,
    run: none,
    refusal: none,
    result: some({ _tag: 'Passed', evidence: left }),
  })
}

const carryResult = (result: RunResult, from: Sha, to: Sha): RunResult =>
  result._tag === 'Errored'
    ? { ...result, base: to }
    : { ...result, evidence: remainderOn(result.evidence, from, to) ?? result.evidence }

/** A chain that failed, of which only one is left: that one failed alone on the new head. */
const judge = (work: Work, tried: TriedRun): Work => {
  const pr = tried.result._tag === 'Failed' ? soleOf(work, tried) : undefined
  return pr === undefined || isSome(pr.run) ? work : conclude(releaseResult(work, pr), pr, tried.result)
}

const carryTried = (work: Work, from: Sha, to: Sha): Work => {
  const left = work.tried.flatMap((tried) => {
    const remainder = remainderOn(tried, from, to)
    return remainder === undefined || remainder.members.length === 0
      ? []
      : [{ ...remainder, startedAt: work.now, result: carryResult(tried.result, from, to) }]
  })
  const byRun = new Map(left.map((tried) => [tried.run, tried]))
  const tried = work.tried.map((old) => byRun.get(old.run) ?? old)
  return left.reduce(judge, { ...work, tried })
}

/** The branch moved: what was built on the way that it took is kept. */
export const carryChains = (work: Work, from: Sha | undefined, to: Sha): Work => {
  if (from === undefined || from === to) return work
  const runs = M.valuesArray(work.runs).reduce((w, run) => carryRun(w, run, from, to), work)
  const chains = M.valuesArray(runs.chains).reduce((w, evidence) => carryChain(w, evidence, from, to), runs)
  return carryTried(chains, from, to)
}
