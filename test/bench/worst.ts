/** What is allowed to cost more than a few trees' height, and how much that is: per pull request concerned. */
import { epochMs, reduce, type BranchState, type Event } from '@headgate/core'
import {
  branchShown,
  conflicting,
  find,
  opened,
  policy,
  read,
  shaOf,
  snapshot,
  START,
  step,
  type Lab,
} from './lab.js'
import { quantile, us, type Figure } from './report.js'

const SIZES = [100, 1_000, 10_000]
const REPEATS = 15

interface WorstFigure extends Figure {
  /** The median divided by the number of open pull requests. */
  readonly medianUsPerPr: number
}

interface Case {
  readonly name: string
  readonly make: (n: number) => readonly [BranchState, Event]
}

const asked = (lab: Lab): readonly [Lab, string] => {
  const polled = step(lab, { _tag: 'GithubHinted', at: START, concern: { _tag: 'Everything' } })
  return [polled, find(polled, 'ReadBranch').id]
}

const all = (n: number, version = 1) => Array.from({ length: n }, (_, i) => snapshot(i + 1, version))

const headMoves = (lab: Lab): readonly [BranchState, Event] => {
  const hinted = step(lab, { _tag: 'GithubHinted', at: START, concern: { _tag: 'Head' } })
  const answers = find(hinted, 'ReadHead').id
  return [hinted.state, { _tag: 'HeadObserved', at: START, answers, head: shaOf('next') }]
}

const cases: ReadonlyArray<Case> = [
  {
    name: 'a read of the whole branch that shows nothing new',
    make: (n) => {
      const [lab] = asked(opened(n))
      return [lab.state, branchShown(find(lab, 'ReadBranch').id, all(n))]
    },
  },
  {
    name: 'a read of the whole branch in which every PR was pushed',
    make: (n) => {
      const [lab] = asked(opened(n))
      return [lab.state, branchShown(find(lab, 'ReadBranch').id, all(n, 2))]
    },
  },
  {
    name: 'the policy changes',
    make: (n) => [
      opened(n).state,
      { _tag: 'PolicyChanged', at: START, by: 'ada', policy: { ...policy, maxTestRuns: 5 } },
    ],
  },
  { name: 'the head moves; nobody had been tested on the old one', make: (n) => headMoves(opened(n)) },
  {
    name: 'the head moves; every PR conflicted with the old one',
    make: (n) => headMoves(conflicting(n)),
  },
  {
    name: 'a status is posted while one of every PR is in flight',
    make: (n) => {
      const lab = read(n)
      return [lab.state, { _tag: 'StatusPosted', at: START, answers: find(lab, 'PostStatus').id }]
    },
  },
  {
    name: 'time passes while a status of every PR is in flight',
    make: (n) => [read(n).state, { _tag: 'TimeAdvanced', at: epochMs(START + 1) }],
  },
  {
    name: 'time passes and every status is overdue',
    make: (n) => [
      read(n).state,
      { _tag: 'TimeAdvanced', at: epochMs(START + policy.durations.answerSeconds * 1000) },
    ],
  },
]

const measure = ({ name, make }: Case, openPrs: number): WorstFigure => {
  const [state, event] = make(openPrs)
  const times = Array.from({ length: REPEATS }, () => {
    const began = performance.now()
    reduce(state, event)
    return performance.now() - began
  })
  const sorted = times.slice(3).sort((a, b) => a - b)
  const medianUs = us(quantile(sorted, 0.5))
  return {
    case: name,
    openPrs,
    medianUs,
    p99Us: us(quantile(sorted, 0.99)),
    medianUsPerPr: Math.round((100 * medianUs) / openPrs) / 100,
  }
}

export const worstFigures = (): ReadonlyArray<WorstFigure> =>
  cases.flatMap((one) => SIZES.map((n) => measure(one, n)))
