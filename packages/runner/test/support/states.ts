/** States to look at, made by the core from events. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'

import { onTestFinished } from 'vitest'
import {
  batchId,
  defaultPolicy,
  epochMs,
  initialState,
  prNumber,
  reduce,
  sha,
  type BranchName,
  type BranchState,
  type Effect,
  type Event,
  type Policy,
  type PullRequestSnapshot,
} from '@headgate/core'

export const NAME: BranchName = { repository: 'acme/app', branch: 'release/1' }
export const POLICY: Policy = {
  ...defaultPolicy,
  trustedAuthors: ['ada'],
  deployable: false,
  unverifiedHead: 'trust',
}

export const pullRequest = (number: number, more: Partial<PullRequestSnapshot> = {}): PullRequestSnapshot => {
  const source = sha(String(number).repeat(40).slice(0, 40))
  return {
    number: prNumber(number),
    title: `Change ${number}`,
    author: 'ada',
    source,
    sourceBranch: `branch-${number}`,
    draft: false,
    labels: [],
    reviewDecision: 'APPROVED',
    approvedShas: [source],
    checks: [],
    paths: [],
    dependsOn: [],
    ...more,
  }
}

const HEAD = sha('b'.repeat(40))

/** A world that answers everything at once and well. `observe` is what a read of the branch shows. */
export const answer =
  (pullRequests: ReadonlyArray<PullRequestSnapshot>) =>
  (effect: Effect, at: number): Event => {
    const to = { at: epochMs(at), answers: effect.id }
    switch (effect._tag) {
      case 'ReadBranch':
        return { _tag: 'BranchObserved', ...to, head: HEAD, requiredChecks: [], pullRequests }
      case 'ReadBatches':
        return { _tag: 'BatchesObserved', ...to, tests: [], deploys: [] }
      case 'PrepareCommit':
        return {
          _tag: 'CommitPrepared',
          ...to,
          commit: sha(`c-${effect.run}`),
          tree: sha('tree'),
          chain: [sha(`c-${effect.run}`)],
        }
      case 'SubmitTestBatch':
        return { _tag: 'TestBatchSubmitted', ...to, batchId: batchId(7) }
      case 'PostStatus':
        return { _tag: 'StatusPosted', ...to }
      default: {
        const failure = { kind: 'permanent', code: 'test', text: `nobody answers ${effect._tag}` } as const
        return { _tag: 'EffectFailed', ...to, failure }
      }
    }
  }

/** The state after a start, in a world that answers as `answer` does. Batches stay running. */
export const running = (
  pullRequests: ReadonlyArray<PullRequestSnapshot>,
  events: ReadonlyArray<Event> = [],
  policy: Policy = POLICY,
): BranchState => {
  let state = initialState(NAME, policy)
  const queue: Event[] = [{ _tag: 'ServiceStarted', at: epochMs(1000) }, ...events]
  const reply = answer(pullRequests)
  for (let event = queue.shift(), at = 1001; event !== undefined; event = queue.shift(), at += 1) {
    const [next, effects] = reduce(state, event)
    state = next
    queue.unshift(...effects.map((effect) => reply(effect, at)))
  }
  return state
}

/** A directory that is removed after the test. */
export const scratch = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'headgate-runner-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }))
  return dir
}

/** The success of an Either; a failure fails the test with its value. */
export const right = <L, A>(either: E.Either<L, A>): A => {
  if (E.isLeft(either)) throw new Error(`unexpected failure: ${JSON.stringify(either.left)}`)
  return either.right
}

/** The failure of an Either; a success fails the test. */
export const left = <L, A>(either: E.Either<L, A>): L => {
  if (E.isRight(either)) throw new Error('unexpected success')
  return either.left
}
