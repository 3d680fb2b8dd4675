/** What was declared void stays void; what has landed stays landed. */
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, prNumber, SortedMap, type Effect } from '@headgate/core'
import { begin, doneOf, finish, look, open, quiesce, running, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { perform } from '../support/world.js'
import {
  atEveryStep,
  codes,
  freeze,
  landings,
  now,
  prOf,
  quiesceBut,
  retry,
  settle,
  take,
  unfreeze,
  type Course,
} from './support.js'

/** Cancelling comes too late: the batch ends well all the same. */
const lateCancel = (story: () => Story): Course => ({
  answer: (effect: Effect) => {
    const { world } = story().game
    if (effect._tag === 'CancelBatch') {
      const batch = world.batches.find((b) => b.id === effect.batchId)
      if (batch?.state === 'running') batch.state = 'success'
    }
    return [perform(world, effect)]
  },
})

const resultOf = (story: Story, number: number) => {
  const result = SortedMap.get(story.game.state.pullRequests, prNumber(number))?.result
  return result?._tag === 'Some' && result.value._tag !== 'Errored' ? result.value.evidence : undefined
}

describe('5.22 an invalidated batch’s old success was resurrected and turned the status green', () => {
  test.each([
    ['and its cancelling comes too late', true],
    ['and it is cancelled', false],
  ])('5.22 retried at every step, %s: no run from before the retry counts afterwards', (_name, late) => {
    let before: ReadonlySet<string> = new Set()
    let current: Story | undefined
    const story = (): Story => {
      if (current === undefined) throw new Error('no story yet')
      return current
    }
    atEveryStep(
      {
        policy: { maxTestRuns: 1 },
        scene: (s) => {
          current = s
          open(s, 1, { decision: 'NONE' })
        },
        course: late ? lateCancel(story) : {},
      },
      (s) => {
        before = new Set([
          ...SortedMap.keysArray(s.game.state.runs),
          ...s.game.world.batches.map((b) => b.token),
        ])
        const known = SortedMap.has(s.game.state.pullRequests, prNumber(1))
        retry(s, 1)
        if (!known) before = new Set()
        // Another takes its place, so that for a while it has no run of its own.
        open(s, 2, { decision: 'NONE', labels: new Set(['prio:high']) })
        look(s)
      },
      (s) => {
        const evidence = resultOf(s, 1)
        expect(evidence).toBeDefined()
        expect([...before]).not.toContain(evidence?.run)
      },
    )
  })

  test('5.22 retried while its batch is being submitted: that batch’s success is nobody’s result', () => {
    const story = begin({ maxTestRuns: 1 })
    open(story, 1, { decision: 'NONE' })
    quiesceBut(story, 'SubmitTestBatch')
    const submit = take(story, 'SubmitTestBatch')
    const submitted = perform(story.game.world, submit)
    open(story, 2, { decision: 'NONE', labels: new Set(['prio:high']) })
    look(story)
    retry(story, 1)
    quiesceBut(story, 'CancelBatch')
    feed(story.game, submitted)
    story.game.world.batches.filter((b) => b.pr === 1).forEach((b) => (b.state = 'success'))
    quiesceBut(story, 'CancelBatch')
    feed(story.game, { _tag: 'BatchHinted', at: now(story), batchId: none })
    quiesce(story)
    expect(resultOf(story, 1)).toBeUndefined()
    expect(story.game.world.statuses.get('s1.1')).toBe('pending')
    settle(story)
    expect(resultOf(story, 1)?.run).not.toBe(submit.run)
  })

  test('5.22 retries arrive in any order: invalidation only ever grows', () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const story = begin()
      open(story, 1, { decision: 'NONE' })
      finish(look(story), 1)
      retry(story, 1)
      quiesce(story)
      finish(story, 1)
      for (const id of order) retry(story, 1, some(batchId(id)))
      expect(resultOf(story, 1)).toBeUndefined()
      settle(story)
      expect(resultOf(story, 1)?.batchId).toBe(3)
    }
  })

  test('5.22 a retry that names an older batch than the current one leaves the current one alone', () => {
    const story = begin()
    open(story, 1, { decision: 'NONE' })
    finish(look(story), 1, 'failure')
    retry(story, 1)
    quiesce(story)
    finish(story, 1)
    retry(story, 1, some(batchId(1)))
    settle(story)
    expect(resultOf(story, 1)?.batchId).toBe(2)
  })

  test('5.22 a retry that names a batch that does not exist yet hides no result to come', () => {
    const story = begin()
    open(story, 1)
    finish(look(story), 1, 'failure')
    retry(story, 1, some(batchId(999)))
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
    expect(story.game.world.batches).toHaveLength(2)
  })

  test('5.22 a retry that names a batch which timed out is not lost', () => {
    const story = begin({ effectAttempts: 1 })
    open(story, 1)
    look(story)
    story.game.world.now += story.game.policy.durations.testTimeoutSeconds * 1000
    feed(story.game, { _tag: 'TimeAdvanced', at: now(story) })
    quiesce(story)
    expect(codes(story, 1)[0]).toBe('Timeout')
    retry(story, 1, some(batchId(1)))
    settle(story)
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
  })

  test('5.22 one of two pull requests with one SHA is retried: only its own result is void', () => {
    const story = begin()
    for (const n of [1, 2]) open(story, n, { source: 's', decision: 'NONE' })
    look(story)
    for (const n of [1, 2]) finish(story, n)
    retry(story, 1)
    expect(resultOf(story, 1)).toBeUndefined()
    expect(resultOf(story, 2)?.batchId).toBe(2)
    settle(story)
    expect([resultOf(story, 1)?.batchId, resultOf(story, 2)?.batchId]).toEqual([3, 2])
  })

  test('5.22 a deploy that was retried twice, the second time without a batch, does not come back while frozen', () => {
    const story = begin({ deployable: true })
    settle(story, { verdict: () => 'failure' })
    expect(doneOf(story, 'SubmitDeployBatch')).toHaveLength(1)
    feed(story.game, { _tag: 'DeployRetried', at: now(story), by: 'op' })
    const submit = take(story, 'SubmitDeployBatch')
    feed(story.game, {
      _tag: 'DeployBatchRejected',
      at: now(story),
      answers: submit.id,
      text: 'no build.yaml',
    })
    freeze(story)
    feed(story.game, { _tag: 'DeployRetried', at: now(story), by: 'op' })
    settle(story)
    unfreeze(story)
    settle(story)
    expect(doneOf(story, 'SubmitDeployBatch').map((e) => e.sha)).toEqual(['base0', 'base0'])
    expect(story.game.state.deploy.last).toMatchObject({ value: { outcome: 'success' } })
  })
})

describe('5.20 the forge “reopened” a merged pull request, and the success was announced a dozen times', () => {
  test('5.20 shown as open again at every step after it landed: it lands once, and is closed with one word', () => {
    atEveryStep(
      {
        scene: (story) => {
          open(story, 1)
          open(story, 2, { decision: 'NONE' })
        },
      },
      (story) => {
        const pr = prOf(story, 1)
        if (pr.merged !== null) pr.open = true
        look(story)
      },
      (story) => {
        expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
        expect(SortedMap.has(story.game.state.pullRequests, prNumber(1))).toBe(false)
        expect(doneOf(story, 'ClosePullRequest').length).toBeLessThanOrEqual(1)
        expect(running(story)).toEqual([])
      },
    )
  })

  test('5.20 reopened a dozen times: one word, no test, no second landing', () => {
    const story = begin()
    open(story, 1)
    finish(look(story), 1)
    for (let i = 0; i < 12; i++) {
      prOf(story, 1).open = true
      prOf(story, 1).source = `s1.${i + 2}`
      settle(story)
    }
    expect(landings(story)).toEqual([[1, 's1.1', 'base0']])
    expect(doneOf(story, 'ClosePullRequest')).toHaveLength(1)
    expect(doneOf(story, 'PrepareCommit')).toHaveLength(1)
  })

  test('5.20 the failure of one deploy is announced once, however often it is looked at', () => {
    const story = begin({ deployable: true })
    for (let i = 0; i < 5; i++) settle(story, { verdict: () => 'failure' })
    expect(doneOf(story, 'AnnounceDeployFailure')).toHaveLength(1)
  })
})
