/** Batches that test several pull requests as one chain: found again, they are nobody's evidence. */
import * as E from 'fp-ts/lib/Either.js'
import { isNone, isSome, none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import {
  defaultPolicy,
  effectId,
  epochMs,
  initialState,
  prNumber,
  reduce,
  runId,
  sha,
  SortedMap,
  type BranchState,
  type Effect,
  type EffectOf,
  type Event,
  type EventOf,
  type Member,
  type PullRequestSnapshot,
} from '@headgate/core'
import { makeBatchInterpreter, type BatchInterpreter } from '../../src/index.js'
import { done, eventually, freshToken, runningService } from '../support/service.js'

const BRANCH = { repository: 'acme/app', branch: 'main' }
const HEAD = sha('ba5e')
const members: ReadonlyArray<Member> = [
  { pr: prNumber(3), source: sha('50ce3') },
  { pr: prNumber(4), source: sha('50ce4') },
]

const running = async (script: string) => {
  const { client } = await runningService()
  const build = `steps:\n  - {kind: runImage, name: unit, image: x, script: "${script}", resources: {cpu: 0.25}}\n`
  const act = makeBatchInterpreter({
    client,
    source: {
      readFile: () => Promise.resolve(E.right(some(build))),
      changedFiles: () => Promise.resolve(E.right(none)),
    },
    branch: BRANCH,
    repoUrl: '/nowhere',
    namespace: 'default',
    storageUri: 'local://storage',
    now: () => epochMs(1000),
  })
  return { client, act }
}

const submitted = async (act: BatchInterpreter, tested: ReadonlyArray<Member>) => {
  const run = freshToken()
  const effect: EffectOf<'SubmitTestBatch'> = {
    _tag: 'SubmitTestBatch',
    id: effectId(`e-${run}`),
    run: runId(run),
    purpose: 'gate',
    commit: sha('c0ffee'),
    tree: some(sha('7ee')),
    base: HEAD,
    members: tested,
    sourceBranch: none,
    labels: [],
    reason: 'chain of 2',
  }
  const answer = await act(effect)
  if (answer._tag !== 'TestBatchSubmitted') throw new Error(JSON.stringify(answer))
  return answer.batchId
}

const listing = async (act: BatchInterpreter): Promise<EventOf<'BatchesObserved'>> => {
  const event = await act({ _tag: 'ReadBatches', id: effectId('list') })
  if (event._tag !== 'BatchesObserved') throw new Error(JSON.stringify(event))
  return event
}

const snapshotOf = ({ pr, source }: Member): PullRequestSnapshot => ({
  number: pr,
  title: `Change ${pr}`,
  author: 'ada',
  source,
  sourceBranch: `branch-${pr}`,
  draft: false,
  labels: [],
  reviewDecision: 'APPROVED',
  approvedShas: [source],
  checks: [],
  paths: [],
  dependsOn: [],
})

/** A core that remembers nothing reads the branch, then this listing; what it orders in answer to that. */
const afterLossOfMemory = (
  listed: EventOf<'BatchesObserved'>,
): readonly [BranchState, ReadonlyArray<Effect>] => {
  const policy = { ...defaultPolicy, trustedAuthors: ['ada'], deployable: false, mergeable: false }
  const [started, reads] = reduce(initialState(BRANCH, policy), {
    _tag: 'ServiceStarted',
    at: epochMs(2000),
  })
  const idOf = (effects: ReadonlyArray<Effect>, tag: Effect['_tag']) =>
    effects.find((effect) => effect._tag === tag)?.id ?? effectId('none')
  const branch: Event = {
    _tag: 'BranchObserved',
    at: epochMs(2001),
    answers: idOf(reads, 'ReadBranch'),
    head: HEAD,
    requiredChecks: [],
    pullRequests: members.map(snapshotOf),
  }
  const [known, lists] = reduce(started, branch)
  return reduce(known, { ...listed, at: epochMs(2002), answers: idOf(lists, 'ReadBatches') })
}

const resultsIn = (state: BranchState) =>
  SortedMap.valuesArray(state.pullRequests).flatMap((pr) => (isSome(pr.result) ? [pr.result.value._tag] : []))

test('a chain that still runs is cancelled as an orphan after a loss of memory; of a single one the run goes on', async () => {
  const { act, client } = await running('sleep 60')
  const chain = await submitted(act, members)
  const single = await submitted(act, members.slice(0, 1))
  expect((await done(client.getBatch(chain))).attributes).toMatchObject({
    prs: '3 4',
    sources: '50ce3 50ce4',
    name: 'test PRs 3, 4 on acme/app:main',
  })
  const listed = await listing(act)
  expect(listed.tests.map((batch) => [batch.batchId, isNone(batch.pr)])).toEqual([
    [chain, true],
    [single, false],
  ])
  const [state, effects] = afterLossOfMemory(listed)
  expect(effects).toContainEqual(expect.objectContaining({ _tag: 'CancelBatch', batchId: chain }))
  expect(effects).not.toContainEqual(expect.objectContaining({ _tag: 'CancelBatch', batchId: single }))
  expect(resultsIn(state)).toEqual([])
  const stages = SortedMap.valuesArray(state.runs).map(({ stage }) => stage)
  expect(stages).toContainEqual(expect.objectContaining({ batchId: single }))
  expect(stages).not.toContainEqual(expect.objectContaining({ batchId: chain }))
  await done(client.cancelBatch(chain))
  await done(client.cancelBatch(single))
})

test('a chain that has passed is never evidence about one of its members; with a `pr` it would be', async () => {
  const { act } = await running('true')
  const chain = await submitted(act, members)
  const listed = await eventually(
    () => listing(act),
    ({ tests }) => tests.every((batch) => batch.complete),
  )
  expect(listed.tests).toMatchObject([{ batchId: chain, state: 'success', purpose: 'gate' }])
  expect(resultsIn(afterLossOfMemory(listed)[0])).toEqual([])
  // The planted fault: the last member's number on the batch, which is what a single one has.
  const misread = listed.tests.map((batch) => ({ ...batch, pr: some(prNumber(4)) }))
  expect(resultsIn(afterLossOfMemory({ ...listed, tests: misread })[0])).toEqual(['Passed'])
})
