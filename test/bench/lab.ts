/** A branch under the lamp: the real core, driven by hand, in a world of realistic size. */
import { none, some } from 'fp-ts/lib/Option.js'
import {
  batchId,
  defaultPolicy,
  epochMs,
  initialState,
  prNumber,
  reduce,
  runId,
  sha,
  type BranchState,
  type Effect,
  type EffectOf,
  type Event,
  type Policy,
  type PullRequestSnapshot,
  type Sha,
  type TestBatchSnapshot,
} from '@headgate/core'

export const policy: Policy = {
  ...defaultPolicy,
  trustedAuthors: Array.from({ length: 20 }, (_, i) => `developer-${i}`),
  deployable: false,
  unverifiedHead: 'trust',
}

export const START = epochMs(1_700_000_000_000)

/** Forty hexadecimal digits that depend on the text; spread evenly, like real object names. */
export const shaOf = (text: string): Sha => {
  let digits = ''
  for (let word = 0; word < 5; word += 1) {
    let hash = 2166136261 ^ word
    for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619)
    hash = Math.imul(hash ^ (hash >>> 15), 2246822507)
    digits += ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, '0')
  }
  return sha(digits)
}

/** Pull request `n` after `version` pushes: approved, with two labels and three checks. */
export const snapshot = (n: number, version = 1): PullRequestSnapshot => ({
  number: prNumber(n),
  title: `[subsystem-${n % 17}] Make the thing of change ${n} do what its users expect`,
  author: `developer-${n % 20}`,
  source: shaOf(`${n}/${version}`),
  sourceBranch: `developer-${n % 20}/change-${n}`,
  draft: false,
  labels: ['bug', 'area:core'],
  reviewDecision: 'APPROVED',
  approvedShas: [shaOf(`${n}/${version}`)],
  checks: ['lint', 'docs', 'build'].map((name) => ({
    name,
    state: { _tag: 'Some', value: 'SUCCESS' },
    reporter: { _tag: 'Some', value: 'github-actions' },
  })),
  paths: [],
  dependsOn: [],
})

/** A state, and the effects that nobody has answered yet. */
export interface Lab {
  readonly state: BranchState
  readonly out: ReadonlyMap<string, Effect>
}

export const step = ({ state, out }: Lab, event: Event): Lab => {
  const [next, effects] = reduce(state, event)
  const left = new Map(out)
  if ('answers' in event) left.delete(event.answers)
  for (const effect of effects) left.set(effect.id, effect)
  return { state: next, out: left }
}

/** The first effect of this kind that is out and `holds`. */
export const find = <T extends Effect['_tag']>(
  { out }: Lab,
  tag: T,
  holds: (effect: EffectOf<T>) => boolean = () => true,
): EffectOf<T> => {
  for (const effect of out.values())
    if (effect._tag === tag && holds(effect as EffectOf<T>)) return effect as EffectOf<T>
  throw new Error(`no ${tag} is out`)
}

/** Answers every effect for which `reply` gives an event, and those that follow, until none is left. */
const settle = (lab: Lab, reply: (effect: Effect) => Event | undefined): Lab => {
  let { state } = lab
  const out = new Map(lab.out)
  const queue = [...out.values()]
  for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
    const event = reply(effect)
    if (event === undefined) continue
    const [next, effects] = reduce(state, event)
    state = next
    out.delete(effect.id)
    for (const order of effects) out.set(order.id, order)
    queue.push(...effects)
  }
  return { state, out }
}

/** What a read of the whole branch shows. */
export const branchShown = (
  answers: Effect['id'],
  pullRequests: ReadonlyArray<PullRequestSnapshot>,
): Event => ({
  _tag: 'BranchObserved',
  at: START,
  answers,
  head: shaOf('head'),
  requiredChecks: ['headgate', 'lint', 'build'],
  pullRequests,
})

const begun = (): Lab =>
  step(
    { state: initialState({ repository: 'acme/app', branch: 'main' }, policy), out: new Map() },
    { _tag: 'ServiceStarted', at: START },
  )

const shown = (n: number): ReadonlyArray<PullRequestSnapshot> =>
  Array.from({ length: n }, (_, i) => snapshot(i + 1))

/** A branch with pull requests 1 to `n` open and read, our status still to be posted on every one. */
export const read = (n: number, tests: ReadonlyArray<TestBatchSnapshot> = []): Lab => {
  const start = begun()
  const known = step(start, branchShown(find(start, 'ReadBranch').id, shown(n)))
  const answers = find(known, 'ReadBatches').id
  return step(known, { _tag: 'BatchesObserved', at: START, answers, tests, deploys: [] })
}

const posted = (effect: Effect): Event | undefined =>
  effect._tag === 'PostStatus' ? { _tag: 'StatusPosted', at: START, answers: effect.id } : undefined

/** The same with the statuses posted: at rest but for the first tests, whose commits are being prepared. */
export const opened = (n: number): Lab => settle(read(n), posted)

/** The same with every pull request in conflict with the head: the most that a moving head can bring back at once. */
export const conflicting = (n: number): Lab =>
  settle(opened(n), (effect) =>
    effect._tag === 'PrepareCommit'
      ? {
          _tag: 'PreparationFailed',
          at: START,
          answers: effect.id,
          code: 'MergeConflict',
          text: 'It conflicts.',
          culprit: none,
        }
      : posted(effect),
  )

/** The same with a batch on record that passed or failed for (all but the first few of) the pull requests. */
export const tested = (n: number): Lab =>
  settle(
    read(
      n,
      shown(n).map((pr) => ({
        batchId: batchId(pr.number),
        run: runId(`run-earlier-${pr.number}`),
        purpose: 'gate',
        pr: some(pr.number),
        source: pr.source,
        target: shaOf('head'),
        commit: some(shaOf(`merged ${pr.number}`)),
        tree: some(shaOf(`tree ${pr.number}`)),
        state: pr.number % 2 === 0 ? 'success' : 'failure',
        complete: true,
      })),
    ),
    posted,
  )
