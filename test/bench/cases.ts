/** The events whose cost is measured: first those that bring no news, then those that do. */
import {
  batchId,
  epochMs,
  prNumber,
  SortedMap,
  type BranchState,
  type Effect,
  type Event,
  type PullRequestSnapshot,
} from '@headgate/core'
import { find, shaOf, snapshot, START, step, type Lab } from './lab.js'

/** One thing that happens. `make` gives a state and the event in it; `i` chooses another pull request each time. */
export interface Case {
  readonly name: string
  readonly news: boolean
  readonly make: (lab: Lab, i: number) => readonly [BranchState, Event]
}

/** Pull requests all over the queue, so that no one path through the trees is always the hot one. */
const someNumber = ({ state }: Lab, i: number): number =>
  4 + ((i * 7919) % (SortedMap.size(state.pullRequests) - 4))

const hinted = (lab: Lab, pr: number): Lab =>
  step(lab, { _tag: 'GithubHinted', at: START, concern: { _tag: 'PullRequest', pr: prNumber(pr) } })

/** A pull request is read and shows this. */
const shows = (lab: Lab, snapshot: PullRequestSnapshot): readonly [Lab, Event] => {
  const asked = hinted(lab, snapshot.number)
  const answers = find(asked, 'ReadPullRequest').id
  return [asked, { _tag: 'PullRequestObserved', at: START, answers, fate: { _tag: 'Open', snapshot } }]
}

const stateIn = ([lab, event]: readonly [Lab, Event]): readonly [BranchState, Event] => [lab.state, event]

const seen = (lab: Lab, snapshot: PullRequestSnapshot): readonly [BranchState, Event] =>
  stateIn(shows(lab, snapshot))

const answer = (lab: Lab, tag: Effect['_tag']) => ({ at: START, answers: find(lab, tag).id })

const prepared = (lab: Lab): Lab => {
  const made = step(lab, {
    _tag: 'CommitPrepared',
    ...answer(lab, 'PrepareCommit'),
    commit: shaOf('merged'),
    tree: shaOf('tree'),
    chain: [shaOf('merged')],
  })
  return step(made, {
    _tag: 'TestBatchSubmitted',
    ...answer(made, 'SubmitTestBatch'),
    batchId: batchId(1_000_000),
  })
}

const batchAsked = (lab: Lab): Lab =>
  step(prepared(lab), {
    _tag: 'BatchHinted',
    at: START,
    batchId: { _tag: 'Some', value: batchId(1_000_000) },
  })

const batchShown = (lab: Lab, state: 'running' | 'success'): readonly [Lab, Event] => {
  const asked = batchAsked(lab)
  const fate = { _tag: 'Known', state, complete: state === 'success' } as const
  return [asked, { _tag: 'BatchObserved', ...answer(asked, 'ReadBatch'), fate }]
}

const landing = (lab: Lab): Lab => {
  const done = step(...batchShown(lab, 'success'))
  const { id } = find(done, 'PostStatus', (post) => post.state === 'success')
  return step(done, { _tag: 'StatusPosted', at: START, answers: id })
}

const withoutNews: ReadonlyArray<Case> = [
  {
    name: 'nothing changed',
    news: false,
    make: ({ state }) => [state, { _tag: 'TimeAdvanced', at: epochMs(START + 1) }],
  },
  {
    name: 'nothing changed: a pull request read again',
    news: false,
    make: (lab, i) => seen(lab, snapshot(someNumber(lab, i))),
  },
  {
    name: 'nothing changed: a batch read again',
    news: false,
    make: (lab) => stateIn(batchShown(lab, 'running')),
  },
  {
    name: 'nothing changed: the head read again',
    news: false,
    make: (lab) => {
      const asked = step(lab, { _tag: 'GithubHinted', at: START, concern: { _tag: 'Head' } })
      return [asked.state, { _tag: 'HeadObserved', ...answer(asked, 'ReadHead'), head: shaOf('head') }]
    },
  },
  {
    name: 'nothing changed: a hint about what is being read',
    news: false,
    make: (lab, i) => {
      const pr = prNumber(someNumber(lab, i))
      const hint: Event = { _tag: 'GithubHinted', at: START, concern: { _tag: 'PullRequest', pr } }
      return [step(hinted(lab, pr), hint).state, hint]
    },
  },
  {
    name: 'nothing changed: an answer that comes twice',
    news: false,
    make: (lab, i) => {
      const [state, event] = seen(lab, snapshot(someNumber(lab, i)))
      return [step({ state, out: new Map() }, event).state, event]
    },
  },
]

const withNews: ReadonlyArray<Case> = [
  {
    name: 'one PR pushed',
    news: true,
    make: (lab, i) => seen(lab, snapshot(someNumber(lab, i), 2)),
  },
  {
    name: 'one batch finished',
    news: true,
    make: (lab) => stateIn(batchShown(lab, 'success')),
  },
  {
    name: 'one label',
    news: true,
    make: (lab, i) => seen(lab, { ...snapshot(someNumber(lab, i)), labels: ['bug', 'prio:high'] }),
  },
  {
    name: 'one landing',
    news: true,
    make: (lab) => {
      const ready = landing(lab)
      return [ready.state, { _tag: 'BranchLanded', ...answer(ready, 'LandBranch'), landed: shaOf('merged') }]
    },
  },
  {
    name: 'one PR hinted',
    news: true,
    make: (lab, i) => {
      const pr = prNumber(someNumber(lab, i))
      return [lab.state, { _tag: 'GithubHinted', at: START, concern: { _tag: 'PullRequest', pr } }]
    },
  },
  {
    name: 'one PR closed',
    news: true,
    make: (lab, i) => {
      const pr = someNumber(lab, i)
      const asked = hinted(lab, pr)
      const answers = find(asked, 'ReadPullRequest').id
      return [asked.state, { _tag: 'PullRequestObserved', at: START, answers, fate: { _tag: 'Closed' } }]
    },
  },
  {
    name: 'one PR opened',
    news: true,
    make: (lab, i) => seen(lab, snapshot(1_000_000 + i)),
  },
  {
    name: 'one status posted',
    news: true,
    make: (lab, i) => {
      const pushed = step(...shows(lab, snapshot(someNumber(lab, i), 2)))
      return [pushed.state, { _tag: 'StatusPosted', ...answer(pushed, 'PostStatus') }]
    },
  },
]

export const cases: ReadonlyArray<Case> = [...withoutNews, ...withNews]
