/** GitHub's answers may hold anything: a read is a fact or a failure, never a throw, and never half a fact. */
import * as fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { epochMs, Event, effectId, type Failure } from '@headgate/core'
import { deep, mutated, seeded, strangeValue } from '../../../../test/support/hostile.js'
import type { GithubClient } from '../../src/client.js'
import { readBranch, readHead } from '../../src/query/branch.js'
import { readCommit } from '../../src/query/commit.js'
import { readLanding } from '../../src/query/landing.js'
import { readPullRequest } from '../../src/query/pullRequest.js'
import { oid, rawPullRequest, scripted } from '../support/scripted.js'

const options = seeded('answers', 400)
const place = { owner: 'acme', name: 'app', branch: 'main' }
const at = { at: epochMs(1), answers: effectId('x#1') }

const check = { __typename: 'CheckRun', name: 'build', conclusion: 'SUCCESS', status: 'COMPLETED' }
const context = { __typename: 'StatusContext', context: 'lint', state: 'SUCCESS', creator: { login: 'bot' } }
const rollup = { contexts: { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [check, context] } }
const pullRequest = rawPullRequest(7, {
  labels: { nodes: [{ name: 'bug' }] },
  latestOpinionatedReviews: { nodes: [{ state: 'APPROVED', commit: { oid: oid('a') } }] },
  statusCheckRollup: rollup,
})
const ref = { target: { oid: oid('1') }, branchProtectionRule: { requiredStatusCheckContexts: ['ci'] } }
const pullRequests = { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [pullRequest] }

/** A read of GitHub, and the event that is made of what it gave. */
interface Subject {
  readonly good: unknown
  readonly read: (client: GithubClient) => Promise<E.Either<Failure, Event>>
}
const eventOf =
  <A>(make: (reading: A) => Event) =>
  (reading: E.Either<Failure, A>): E.Either<Failure, Event> =>
    E.map(make)(reading)

const subjects: Readonly<Record<string, Subject>> = {
  'the branch': {
    good: { repository: { ref, pullRequests } },
    read: async (client) =>
      eventOf((reading: object) => ({ _tag: 'BranchObserved', ...at, ...reading }) as Event)(
        await readBranch(client, place),
      ),
  },
  'the head': {
    good: { repository: { ref } },
    read: async (client) =>
      eventOf((head: never): Event => ({ _tag: 'HeadObserved', ...at, head }))(
        (await readHead(client, place)) as E.Either<Failure, never>,
      ),
  },
  'a pull request': {
    good: { repository: { pullRequest } },
    read: async (client) =>
      eventOf((fate: never): Event => ({ _tag: 'PullRequestObserved', ...at, fate }))(
        (await readPullRequest(client, place, 'main', 7 as never)) as E.Either<Failure, never>,
      ),
  },
  'a commit': {
    good: { repository: { object: { tree: { oid: oid('2') }, parents: { nodes: [{ oid: oid('1') }] } } } },
    read: async (client) =>
      eventOf((reading: object) => ({ _tag: 'CommitInspected', ...at, ...reading }) as Event)(
        await readCommit(client, place, oid('3') as never),
      ),
  },
  'a landing': {
    good: { repository: { id: 'R_1', ref, pullRequest: { ...pullRequest, id: 'PR_1' } } },
    read: async (client) =>
      eventOf((view: { readonly head: never }): Event => ({ _tag: 'HeadObserved', ...at, head: view.head }))(
        (await readLanding(client, place, 7 as never)) as E.Either<Failure, never>,
      ),
  },
}

/** A failure in words, or an event that the journal takes and gives back. */
const sound = async ({ read }: Subject, data: unknown, errors: unknown = []): Promise<'Left' | 'Right'> => {
  const { client } = scripted(() => ({ data, errors: errors as never }))
  const event = await read(client)
  if (event._tag === 'Left') {
    expect(event.left.text).not.toBe('')
    expect(event.left.text.length).toBeLessThan(100_000)
  } else
    expect(Event.decode(JSON.parse(JSON.stringify(Event.encode(event.right))))).toEqual({
      _tag: 'Right',
      right: event.right,
    })
  return event._tag
}

test.each(Object.entries(subjects))('%s: good data is read', async (_name, subject) => {
  expect(await sound(subject, subject.good)).toBe('Right')
})

test.each(Object.entries(subjects))(
  '%s: with something wrong in it, or right by chance',
  async (_name, subject) => {
    const seen = new Set<string>()
    await fc.assert(
      fc.asyncProperty(mutated(subject.good), async (data) => void seen.add(await sound(subject, data))),
      options,
    )
    expect(seen).toEqual(new Set(['Left', 'Right']))
  },
)

test.each(Object.entries(subjects))('%s: any value', async (_name, subject) => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(strangeValue, fc.anything()),
      async (data) => void (await sound(subject, data)),
    ),
    options,
  )
  expect(await sound(subject, deep(100_000))).toBe('Left')
  expect(await sound(subject, { repository: { ref: deep(100_000), pullRequest: deep(100_000) } })).toBe(
    'Left',
  )
})

test('what the journal takes is what its codec takes', () => {
  const bad: Event = { _tag: 'BatchHinted', ...at, batchId: none } as Event
  expect(Event.decode({ ...Event.encode(bad), at: 1.5 })._tag).toBe('Left')
})
