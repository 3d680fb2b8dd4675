/**
 * `npm run -s bench -- reduce --json`: what one event costs `reduce`, by the number of open pull requests. Ends with one
 * line of JSON: `[{case, openPrs, medianUs, p99Us}]` (microseconds).
 */
import { Bench } from 'tinybench'
import {
  batchId,
  defaultPolicy,
  epochMs,
  initialState,
  prNumber,
  reduce,
  sha,
  type BranchState,
  type Effect,
  type Event,
  type Policy,
  type PullRequestSnapshot,
} from '@headgate/core'

const sizes = [10, 100, 1_000, 10_000]
const policy: Policy = {
  ...defaultPolicy,
  trustedAuthors: ['ada'],
  deployable: false,
  unverifiedHead: 'trust',
}

const snapshot = (n: number, version = 1): PullRequestSnapshot => ({
  number: prNumber(n),
  title: `change ${n}`,
  author: 'ada',
  source: sha(`source-${n}-${version}`),
  sourceBranch: `branch-${n}`,
  draft: false,
  labels: [],
  reviewDecision: 'APPROVED',
  approvedShas: [sha(`source-${n}-1`)],
  checks: [],
})

interface World {
  readonly state: BranchState
  readonly out: ReadonlyArray<Effect>
}

const step = ({ state, out }: World, event: Event): World => {
  const [next, effects] = reduce(state, event)
  const answered = 'answers' in event ? out.filter((effect) => effect.id !== event.answers) : out
  return { state: next, out: [...answered, ...effects] }
}

const at = epochMs(1_000)
const find = <T extends Effect['_tag']>(world: World, tag: T): Extract<Effect, { _tag: T }> => {
  const found = world.out.find((effect): effect is Extract<Effect, { _tag: T }> => effect._tag === tag)
  if (found === undefined) throw new Error(`no ${tag} is out`)
  return found
}

/** A branch with `n` open pull requests, every one read, the first three being tested. */
const opened = (n: number): World => {
  const start = step(
    { state: initialState({ repository: 'acme/app', branch: 'main' }, policy), out: [] },
    { _tag: 'ServiceStarted', at },
  )
  const read = find(start, 'ReadBranch')
  const pullRequests = Array.from({ length: n }, (_, i) => snapshot(i + 1))
  const known = step(start, {
    _tag: 'BranchObserved',
    at,
    answers: read.id,
    head: sha('head-0'),
    requiredChecks: ['headgate'],
    pullRequests,
  })
  const statuses = known.out.filter((effect) => effect._tag === 'PostStatus')
  const posted = statuses.reduce<BranchState>(
    (state, e) => reduce(state, { _tag: 'StatusPosted', at, answers: e.id })[0],
    known.state,
  )
  return { state: posted, out: known.out.filter((effect) => effect._tag !== 'PostStatus') }
}

const prepared = (world: World): World => {
  const prepare = find(world, 'PrepareCommit')
  const made = step(world, {
    _tag: 'CommitPrepared',
    at,
    answers: prepare.id,
    commit: sha('merged-1'),
    tree: sha('tree-1'),
  })
  return step(made, {
    _tag: 'TestBatchSubmitted',
    at,
    answers: find(made, 'SubmitTestBatch').id,
    batchId: batchId(1),
  })
}

const reading = (world: World, pr: number): World =>
  step(world, { _tag: 'GithubHinted', at, concern: { _tag: 'PullRequest', pr: prNumber(pr) } })

const seen = (world: World, fate: PullRequestSnapshot): Event => {
  const read = find(world, 'ReadPullRequest')
  return { _tag: 'PullRequestObserved', at, answers: read.id, fate: { _tag: 'Open', snapshot: fate } }
}

const batchRead = (world: World): World =>
  step(prepared(world), { _tag: 'BatchHinted', at, batchId: { _tag: 'Some', value: batchId(1) } })
const batchDone = (world: World): Event => ({
  _tag: 'BatchObserved',
  at,
  answers: find(world, 'ReadBatch').id,
  fate: { _tag: 'Known', state: 'success', complete: true },
})

const landing = (world: World): World => {
  const done = step(batchRead(world), batchDone(batchRead(world)))
  const post =
    done.out.find((e) => e._tag === 'PostStatus' && e.state === 'success') ?? find(done, 'PostStatus')
  return step(done, { _tag: 'StatusPosted', at, answers: post.id })
}

interface Case {
  readonly name: string
  readonly make: (world: World) => readonly [BranchState, Event]
}

const cases: ReadonlyArray<Case> = [
  { name: 'nothing changed', make: (w) => [w.state, { _tag: 'TimeAdvanced', at: epochMs(at + 1) }] },
  {
    name: 'nothing changed: a pull request read again',
    make: (w) => {
      const asked = reading(w, w.state.pullRequests === undefined ? 1 : 5)
      return [asked.state, seen(asked, snapshot(5))]
    },
  },
  {
    name: 'one pull request pushed',
    make: (w) => {
      const asked = reading(w, 6)
      return [asked.state, seen(asked, snapshot(6, 2))]
    },
  },
  {
    name: 'one label',
    make: (w) => {
      const asked = reading(w, 7)
      return [asked.state, seen(asked, { ...snapshot(7), labels: ['prio:high'] })]
    },
  },
  { name: 'one batch finished', make: (w) => [batchRead(w).state, batchDone(batchRead(w))] },
  {
    name: 'one landing',
    make: (w) => {
      const ready = landing(w)
      return [
        ready.state,
        { _tag: 'BranchLanded', at, answers: find(ready, 'LandBranch').id, landed: sha('merged-1') },
      ]
    },
  },
]

const measure = async (openPrs: number) => {
  const world = opened(openPrs)
  const bench = new Bench({ time: 300, warmupTime: 100 })
  for (const { name, make } of cases) {
    const [state, event] = make(world)
    bench.add(name, () => {
      reduce(state, event)
    })
  }
  await bench.run()
  return bench.tasks.map((task) => {
    const latency = task.result && 'latency' in task.result ? task.result.latency : undefined
    const us = (ms: number | undefined): number => Math.round((ms ?? 0) * 100_000) / 100
    return { case: task.name, openPrs, medianUs: us(latency?.p50), p99Us: us(latency?.p99) }
  })
}

const memory = (): number => {
  const before = process.memoryUsage().heapUsed
  const world = opened(10_000)
  const used = process.memoryUsage().heapUsed - before
  return world.state.seq > 0 ? Math.round(used / 1e5) / 10 : 0
}

const main = async (): Promise<void> => {
  const results = []
  for (const size of sizes) results.push(...(await measure(size)))
  if (!process.argv.includes('--json')) {
    console.table(results)
    console.log(`state of 10,000 pull requests, garbage included: ${memory()} MB`)
  }
  console.log(JSON.stringify(results))
}

await main()
