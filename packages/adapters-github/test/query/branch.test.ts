import { prNumber, sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { readBranch, readHead } from '../../src/query/branch.js'
import { readPullRequest } from '../../src/query/pullRequest.js'
import { oid, rawPullRequest, scripted } from '../support/scripted.js'

const place = { owner: 'acme', name: 'app', branch: 'main' }
const ref = (more: Readonly<Record<string, unknown>> = {}) => ({ target: { oid: oid('1') }, ...more })
const page = (nodes: ReadonlyArray<unknown>, next: string | null = null, more = {}) => ({
  data: {
    repository: {
      ref: ref(more),
      pullRequests: { pageInfo: { hasNextPage: next !== null, endCursor: next }, nodes },
    },
  },
})

test('an empty branch has a head and nothing else', async () => {
  const { client, calls } = scripted(() => page([]))
  expect(await readBranch(client, place)).toEqual(
    E.right({ head: oid('1'), requiredChecks: [], pullRequests: [] }),
  )
  expect(calls[0]?.variables).toEqual({
    ...{ owner: 'acme', name: 'app', branch: 'main' },
    ...{ ref: 'refs/heads/main', after: null },
  })
})

test('all pages are read, in order, and each pull request counts once', async () => {
  const { client, calls } = scripted((call) =>
    call.variables['after'] === null
      ? page([rawPullRequest(1), rawPullRequest(2)], 'c1')
      : page([rawPullRequest(2, { title: 'newer' }), rawPullRequest(3)]),
  )
  const read = await readBranch(client, place)
  if (E.isLeft(read)) throw new Error(read.left.text)
  expect(read.right.pullRequests.map((p) => [p.number, p.title])).toEqual([
    [1, 'Change 1'],
    [2, 'newer'],
    [3, 'Change 3'],
  ])
  expect(calls.map((c) => c.variables['after'])).toEqual([null, 'c1'])
})

test('a cursor that goes nowhere ends the read instead of turning in a circle', async () => {
  const { client, calls } = scripted(() => page([], 'same'))
  expect(await readBranch(client, place)).toMatchObject(E.left({ kind: 'transient', code: 'PartialAnswer' }))
  expect(calls).toHaveLength(2)
})

test('required checks come from protection, update rule and rulesets together', async () => {
  const rules = {
    nodes: [{ parameters: { requiredStatusChecks: [{ context: 'lint' }] } }, { parameters: {} }, null],
  }
  const { client } = scripted(() =>
    page([], null, {
      branchProtectionRule: { requiredStatusCheckContexts: ['ci', null] },
      refUpdateRule: { requiredStatusCheckContexts: ['ci', 'types'] },
      rules,
    }),
  )
  expect(await readBranch(client, place)).toMatchObject(E.right({ requiredChecks: ['ci', 'lint', 'types'] }))
})

test('a protection rule that the token may not see is read from the update rule', async () => {
  const { client } = scripted(() => ({
    ...page([], null, { branchProtectionRule: null, refUpdateRule: { requiredStatusCheckContexts: ['ci'] } }),
    errors: [{ type: 'FORBIDDEN', message: 'no', path: 'repository.ref.branchProtectionRule' }],
  }))
  expect(await readBranch(client, place)).toMatchObject(E.right({ requiredChecks: ['ci'] }))
})

test('any other hole in the answer makes the read fail: what is missing must not pass for closed or unchecked', async () => {
  const hole = scripted(() => page([rawPullRequest(1), null]))
  expect(await readBranch(hole.client, place)).toMatchObject(E.left({ kind: 'transient' }))
  const forbidden = scripted(() => ({
    ...page([rawPullRequest(1)]),
    errors: [{ type: 'FORBIDDEN', message: 'no', path: 'repository.pullRequests.nodes.0.statusCheckRollup' }],
  }))
  expect(await readBranch(forbidden.client, place)).toMatchObject(
    E.left({ kind: 'permanent', code: 'FORBIDDEN' }),
  )
  const timeout = scripted(() => ({
    data: null,
    errors: [{ type: '', message: 'Something went wrong', path: '' }],
  }))
  expect(await readBranch(timeout.client, place)).toMatchObject(E.left({ kind: 'transient' }))
  const strange = scripted(() => page([rawPullRequest(1, { headRefOid: '--upload-pack=evil' })]))
  expect(await readBranch(strange.client, place)).toMatchObject(
    E.left({ code: 'UnexpectedAnswer', text: expect.stringContaining('headRefOid') as string }),
  )
})

test('deleted authors, unknown words and missing parts are data', async () => {
  const raw = rawPullRequest(1, {
    author: null,
    reviewDecision: 'BLESSED',
    labels: null,
    latestOpinionatedReviews: {
      nodes: [
        { state: 'APPROVED', commit: { oid: oid('b') } },
        { state: 'APPROVED', commit: { oid: oid('b') } },
        { state: 'CHANGES_REQUESTED', commit: { oid: oid('c') } },
        { state: 'APPROVED', commit: null },
      ],
    },
    statusCheckRollup: {
      contexts: {
        pageInfo: { hasNextPage: false, endCursor: null },
        nodes: [
          {
            __typename: 'CheckRun',
            name: 'build',
            conclusion: null,
            checkSuite: { app: { slug: 'actions' } },
          },
          { __typename: 'CheckRun', name: 'new', conclusion: 'TRANSCENDED', checkSuite: { app: null } },
          { __typename: 'StatusContext', context: 'ci', statusState: 'SUCCESS', creator: { login: 'bot' } },
          { __typename: 'StatusContext', context: 'old', statusState: 'PENDING', creator: null },
          { __typename: 'Oracle' },
        ],
      },
    },
  })
  const { client } = scripted(() => page([raw]))
  const read = await readBranch(client, place)
  if (E.isLeft(read)) throw new Error(read.left.text)
  expect(read.right.pullRequests[0]).toEqual({
    ...{ number: 1, title: 'Change 1', author: 'ghost', source: oid('a'), sourceBranch: 'feature' },
    ...{ draft: false, labels: [], reviewDecision: 'NONE', approvedShas: [sha(oid('b'))] },
    checks: [
      { name: 'build', state: none, reporter: some('actions') },
      { name: 'new', state: some('TRANSCENDED'), reporter: none },
      { name: 'ci', state: some('SUCCESS'), reporter: some('bot') },
      { name: 'old', state: some('PENDING'), reporter: none },
    ],
    ...{ paths: [], dependsOn: [] },
  })
})

test('files and dependencies come with the pull request, and cost no request of their own', async () => {
  const raw = rawPullRequest(1, {
    body: 'Depends-On: #12\nDepends-On: https://github.com/Acme/App/pull/7\nDepends-On: #12',
    files: { nodes: [{ path: 'src/a.ts' }, null, { path: 'ünï cödé' }] },
  })
  const { client, calls } = scripted(() => page([raw]))
  const read = await readBranch(client, place)
  if (E.isLeft(read)) throw new Error(read.left.text)
  expect(read.right.pullRequests[0]).toMatchObject({ paths: ['src/a.ts', 'ünï cödé'], dependsOn: [12, 7] })
  expect(calls).toHaveLength(1)
})

test('a diff that is too much for GitHub leaves the files out, not the pull request', async () => {
  const hole = (path: string) => ({
    ...{ type: 'SERVICE_UNAVAILABLE', message: 'Timeout while fetching the diff', path },
  })
  const raw = rawPullRequest(1, { files: null })
  const whole = scripted(() => ({
    ...page([raw]),
    errors: [hole('repository.pullRequests.nodes.0.files')],
  }))
  expect(await readBranch(whole.client, place)).toMatchObject(E.right({ pullRequests: [{ paths: [] }] }))
  const single = scripted(() => ({
    data: { repository: { pullRequest: raw } },
    errors: [hole('repository.pullRequest.files')],
  }))
  expect(await readPullRequest(single.client, place, 'main', prNumber(1))).toMatchObject(
    E.right({ _tag: 'Open', snapshot: { paths: [] } }),
  )
  const other = scripted(() => ({ ...page([raw]), errors: [hole('repository.pullRequests.nodes.0.labels')] }))
  expect(await readBranch(other.client, place)).toMatchObject(E.left({ kind: 'transient' }))
})

test('checks beyond the first hundred are read to the end', async () => {
  const contexts = (name: string, next: string | null) => ({
    contexts: {
      pageInfo: { hasNextPage: next !== null, endCursor: next },
      nodes: [{ __typename: 'StatusContext', context: name, statusState: 'SUCCESS', creator: null }],
    },
  })
  const { client, calls } = scripted((call) =>
    call.document.includes('query CommitChecks')
      ? {
          data: {
            repository: {
              object: {
                statusCheckRollup:
                  call.variables['checksAfter'] === 'p2' ? contexts('b', 'p3') : contexts('c', null),
              },
            },
          },
        }
      : page([rawPullRequest(1, { statusCheckRollup: contexts('a', 'p2') })]),
  )
  const read = await readBranch(client, place)
  if (E.isLeft(read)) throw new Error(read.left.text)
  expect(read.right.pullRequests[0]?.checks.map((c) => c.name)).toEqual(['a', 'b', 'c'])
  expect(calls.slice(1).map((c) => c.variables['oid'])).toEqual([oid('a'), oid('a')])
})

test('a branch that is not there is said to be missing', async () => {
  const { client } = scripted(() => ({ data: { repository: { ref: null } } }))
  expect(await readHead(client, place)).toMatchObject(E.left({ kind: 'permanent', code: 'BranchMissing' }))
})
