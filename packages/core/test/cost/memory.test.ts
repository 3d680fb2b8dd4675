/** What is kept of the past has a bound, and no guarantee is lost with what is not kept. */
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import {
  batchId,
  defaultPolicy,
  epochMs,
  initialState,
  prNumber,
  reduce,
  runId,
  sha,
  SortedMap,
  violations,
  type BranchState,
  type Effect,
  type Event,
  type PullRequestSnapshot,
} from '@headgate/core'
import { begin, end } from '../../src/work/work.js'
import { kept, rememberDeploy, rememberLanding } from '../../src/work/memory.js'

const policy = {
  ...defaultPolicy,
  deployable: false,
  unverifiedHead: 'trust',
  trustedAuthors: ['ada'],
} as const
const start = initialState({ repository: 'acme/app', branch: 'main' }, policy)
const at = epochMs(1_000)

const pullRequest = (number: number, source: string, author = 'ada'): PullRequestSnapshot => ({
  number: prNumber(number),
  title: 'change',
  author,
  source: sha(source),
  sourceBranch: 'branch',
  draft: false,
  labels: [],
  reviewDecision: 'APPROVED',
  approvedShas: [sha(source)],
  checks: [],
  paths: [],
  dependsOn: [],
})

const find = (effects: ReadonlyArray<Effect>, tag: Effect['_tag']): Effect => {
  const found = effects.find((effect) => effect._tag === tag)
  if (found === undefined) throw new Error(`no ${tag} in ${effects.map((e) => e._tag).join()}`)
  return found
}

/** A poll that shows these pull requests and these batches. */
const poll = (
  state: BranchState,
  pullRequests: ReadonlyArray<PullRequestSnapshot>,
  tests: Extract<Event, { _tag: 'BatchesObserved' }>['tests'] = [],
): BranchState => {
  const [asked, effects] = reduce(state, { _tag: 'ServiceStarted', at })
  const [shown, more] = reduce(asked, {
    _tag: 'BranchObserved',
    at,
    answers: find(effects, 'ReadBranch').id,
    head: sha('head'),
    requiredChecks: [],
    pullRequests,
  })
  const listed: Event = {
    _tag: 'BatchesObserved',
    at,
    answers: find([...effects, ...more], 'ReadBatches').id,
    tests,
    deploys: [],
  }
  return reduce(shown, listed)[0]
}

const withLandings = (count: number): BranchState => {
  const work = Array.from({ length: count }, (_, i) => i + 1).reduce(
    (w, n) =>
      rememberLanding(w, {
        pr: prNumber(n),
        title: `change ${n}`,
        source: sha(`s${n}`),
        base: sha(`h${n - 1}`),
        tested: some(sha(`h${n}`)),
        landed: sha(`h${n}`),
        run: runId(`run-${n}`),
        batchId: batchId(n),
        at: epochMs(n),
        closed: false,
      }),
    begin(start, at),
  )
  return end(work)[0]
}

test('the newest landings are kept in full, the older ones as numbers', () => {
  const state = withLandings(2 * kept.landings + 1)
  expect(SortedMap.size(state.landings)).toBe(kept.landings)
  expect(SortedMap.first(state.landings)?.[0]).toBe(kept.landings + 2)
  expect(SortedMap.size(state.landedBefore)).toBe(kept.landings + 1)
})

test('what landed long ago never comes back (S8), not even reopened', () => {
  const state = poll(withLandings(2 * kept.landings + 1), [pullRequest(1, 's1'), pullRequest(99_999, 'new')])
  expect(SortedMap.keysArray(state.pullRequests)).toEqual([99_999])
  expect(violations(state)).toEqual([])
})

test('ended deploys are counted, the newest are kept', () => {
  const count = 2 * kept.deploys + 1
  const deploy = Array.from({ length: count }, (_, i) => i).reduce(
    (d, n) => rememberDeploy(d, { sha: sha(`h${n}`), batchId: none, outcome: 'success' }),
    start.deploy,
  )
  expect(deploy.ended).toBe(count)
  expect(deploy.history).toHaveLength(kept.deploys)
  expect(deploy.history.at(-1)?.sha).toBe(`h${count - 1}`)
})

test('authorizations of open pull requests are kept, of the others the newest', () => {
  const authorized = (state: BranchState, source: string, time: number): BranchState =>
    reduce(state, { _tag: 'ShaAuthorized', at: epochMs(time), by: 'op', sha: sha(source) })[0]
  const open = authorized(poll(start, [pullRequest(1, 'open', 'stranger')]), 'open', 1)
  const many = Array.from({ length: 2 * kept.authorizations }, (_, i) => i).reduce(
    (state, i) => authorized(state, `other-${i}`, 2 + i),
    open,
  )
  expect(SortedMap.size(many.authorizations)).toBe(kept.authorizations + 2)
  expect(SortedMap.has(many.authorizations, sha('open'))).toBe(true)
  expect(SortedMap.has(many.authorizations, sha('other-0'))).toBe(false)
  expect(SortedMap.has(many.authorizations, sha(`other-${2 * kept.authorizations - 1}`))).toBe(true)
})

const batch = (id: number, source: string): Parameters<typeof poll>[2] => [
  {
    batchId: batchId(id),
    run: runId(`earlier-${id}`),
    purpose: 'gate',
    pr: some(prNumber(1)),
    source: sha(source),
    target: sha('head'),
    commit: some(sha('merged')),
    tree: none,
    state: 'success',
    complete: true,
  },
]
const held = { ...policy, maxTestRuns: 1 }
const resultOf = (state: BranchState): unknown => SortedMap.get(state.pullRequests, prNumber(1))?.result

/** Pull request 1 passed in batch 7, which an operator has invalidated; another one takes the only place for tests. */
const invalidated = (): BranchState => {
  const busy = { ...pullRequest(2, 'busy'), labels: ['prio:high'] }
  const one = { ...pullRequest(1, 'a'), labels: ['WIP'] }
  const known = poll({ ...start, policy: held }, [one, busy], batch(7, 'a'))
  expect(resultOf(known)).toMatchObject({ value: { _tag: 'Passed' } })
  return reduce(known, { _tag: 'TestRetried', at, by: 'op', pr: prNumber(1), batchId: none })[0]
}

test('an invalidated batch never counts again (S11), not even after a push and a push back', () => {
  const busy = { ...pullRequest(2, 'busy'), labels: ['prio:high'] }
  const one = (source: string) => ({ ...pullRequest(1, source), labels: ['WIP'] })
  const pushed = poll(invalidated(), [one('b'), busy])
  expect(SortedMap.size(pushed.invalidated)).toBe(0)
  expect(pushed.invalidatedUpTo).toEqual(some(7))
  expect(resultOf(poll(pushed, [one('a'), busy], batch(7, 'a')))).toEqual(none)
  // A newer one does.
  expect(resultOf(poll(pushed, [one('a'), busy], batch(8, 'a')))).toMatchObject({ value: { _tag: 'Passed' } })
})

test('nor after it was closed and opened again', () => {
  const busy = { ...pullRequest(2, 'busy'), labels: ['prio:high'] }
  const one = { ...pullRequest(1, 'a'), labels: ['WIP'] }
  const closed = poll(invalidated(), [busy])
  expect(SortedMap.size(closed.invalidated)).toBe(0)
  expect(resultOf(poll(closed, [one, busy], batch(7, 'a')))).toEqual(none)
})
