import { defaultPolicy, type Policy } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeGithubClient } from '../../src/client.js'
import { tokenIdentity, type Permissions } from '../../src/identity/identity.js'
import type { LocalGithub } from '../../src/local/index.js'
import { preflight, type Preflight } from '../../src/preflight/preflight.js'
import { rest, seeded, started, temporary } from '../local/support.js'
import { scripted } from '../support/scripted.js'

const branch = { repository: 'acme/app', branch: 'main' }
const checked = (...names: ReadonlyArray<string>) => ({
  contexts: {
    pageInfo: { hasNextPage: false, endCursor: null },
    nodes: names.map((name) => ({
      ...{ __typename: 'CheckRun', name, conclusion: 'SUCCESS' },
      checkSuite: { app: { slug: 'github-actions' } },
    })),
  },
})
/** A repository in which nothing is missing. */
const GOOD = {
  ...{ viewerPermission: 'WRITE', isArchived: false, isDisabled: false },
  ...{ mergeCommitAllowed: true, squashMergeAllowed: true, rebaseMergeAllowed: true },
  ref: {
    target: { statusCheckRollup: checked('headgate') },
    branchProtectionRule: {
      ...{ requiresApprovingReviews: false, requiresLinearHistory: false, requiresCommitSignatures: false },
      ...{ requiresStrictStatusChecks: false, lockBranch: false },
      requiredStatusChecks: [{ context: 'headgate', app: null }],
    },
    refUpdateRule: {
      ...{ requiredApprovingReviewCount: 0, requiredStatusCheckContexts: ['headgate'] },
      ...{ requiresLinearHistory: false, requiresSignatures: false, viewerCanPush: true },
    },
    rules: { nodes: [] },
  },
  pullRequests: { nodes: [] },
  refs: { nodes: [] },
}
const APP: Permissions = {
  ...{ contents: 'write', pull_requests: 'write', statuses: 'write', checks: 'write', workflows: 'write' },
  ...{ metadata: 'read', issues: 'write' },
}

type Settings = Readonly<Record<string, unknown>>
interface Case {
  readonly settings?: Settings
  readonly protection?: Settings
  readonly update?: Settings
  readonly rules?: ReadonlyArray<unknown>
  readonly policy?: Partial<Policy>
  readonly permissions?: Permissions | undefined
  readonly scopes?: ReadonlyArray<string>
  readonly errors?: ReadonlyArray<{ readonly type: string; readonly message: string; readonly path: string }>
}
const run = async (over: Case): Promise<Preflight> => {
  const ref = {
    ...GOOD.ref,
    branchProtectionRule: { ...GOOD.ref.branchProtectionRule, ...over.protection },
    refUpdateRule: { ...GOOD.ref.refUpdateRule, ...over.update },
    rules: { nodes: over.rules ?? [] },
  }
  const { client } = scripted(() => ({
    data: { repository: { ...GOOD, ref, ...over.settings } },
    errors: over.errors ?? [],
  }))
  const identity = tokenIdentity(() => Promise.resolve('t'), 'the token')
  const done = await preflight({
    ...{ client, branch, policy: { ...defaultPolicy, ...over.policy } },
    identity: { ...identity, permissions: () => Promise.resolve(over.permissions) },
    scopes: () => Promise.resolve(over.scopes),
  })
  if (E.isLeft(done)) throw new Error(done.left.text)
  return done.right
}

test('where nothing is missing, nothing is said and both landings are possible', async () => {
  expect(await run({})).toEqual({ branch, findings: [], possible: ['fast-forward', 'forge-merge'] })
  expect((await run({ permissions: APP })).findings).toEqual([])
  expect((await run({ scopes: ['repo', 'workflow'] })).findings).toEqual([])
})

const BOTH = ['fast-forward', 'forge-merge']
const cases: ReadonlyArray<readonly [code: string, over: Case, possible: ReadonlyArray<string>]> = [
  ['permission', { permissions: { ...APP, contents: 'read' } }, []],
  ['permission', { permissions: { contents: 'write' } }, []],
  ['permission', { scopes: ['workflow', 'read:org'] }, []],
  ['no-workflows', { permissions: { ...APP, workflows: 'read' } }, BOTH],
  ['no-comments', { permissions: { ...APP, issues: 'read' } }, BOTH],
  ['no-workflows', { scopes: ['repo'] }, BOTH],
  ['role', { settings: { viewerPermission: 'READ' } }, []],
  ['read-only', { settings: { isArchived: true } }, []],
  ['no-branch', { settings: { ref: null } }, []],
  ['locked', { protection: { lockBranch: true } }, []],
  ['merge-queue', { rules: [{ type: 'MERGE_QUEUE', parameters: null }] }, []],
  ['no-push', { update: { viewerCanPush: false } }, ['forge-merge']],
  ['needs-bypass', { update: { requiredApprovingReviewCount: 1 } }, BOTH],
  ['needs-bypass', { rules: [{ type: 'PULL_REQUEST', parameters: {} }] }, BOTH],
  ['linear-history', { protection: { requiresLinearHistory: true } }, []],
  ['signatures', { rules: [{ type: 'REQUIRED_SIGNATURES', parameters: null }] }, ['forge-merge']],
  [
    'method-off',
    { settings: { squashMergeAllowed: false }, policy: { mergeMethod: 'squash' } },
    ['fast-forward'],
  ],
  ['up-to-date', { protection: { requiresStrictStatusChecks: true } }, ['fast-forward']],
  ['silent-check', { policy: { requiredChecks: ['lint'] } }, BOTH],
  [
    'silent-check',
    { policy: { requiredChecks: ['headgate', 'lint'], checkReporters: { lint: 'circleci' } } },
    BOTH,
  ],
  [
    'checks-of-others',
    { protection: { requiredStatusChecks: [{ context: 'headgate' }, { context: 'x' }] } },
    BOTH,
  ],
  ['hidden', { errors: [{ type: 'FORBIDDEN', message: 'no', path: 'repository.ref.rules' }] }, BOTH],
  [
    'no-required-check',
    { protection: { requiredStatusChecks: [] }, update: { requiredStatusCheckContexts: [] } },
    [],
  ],
]

test.each(cases)(
  '%s %#: is found, with a remedy, and bars the right landings',
  async (code, over, possible) => {
    const { findings, possible: left } = await run(over)
    const found = findings.filter((finding) => finding.code === code)
    expect(found.length).toBeGreaterThan(0)
    for (const { text, remedy } of found)
      expect([text, remedy].every((s) => /^["A-Z].*\.$/.test(s))).toBe(true)
    expect(left).toEqual(possible)
  },
)

test('a linear branch takes squashes', async () => {
  const linear = { protection: { requiresLinearHistory: true } }
  expect((await run({ ...linear, policy: { mergeMethod: 'squash' } })).findings).toEqual([])
})

test('a check that was seen is not called silent; one of another app is', async () => {
  const policy = { requiredChecks: ['lint'], checkReporters: { lint: 'github-actions' } }
  const settings = { pullRequests: { nodes: [{ statusCheckRollup: checked('lint') }, null] } }
  expect((await run({ policy, settings })).findings).toEqual([])
  const other = await run({ policy: { ...policy, checkReporters: { lint: 'circleci' } }, settings })
  expect(other.findings.map((found) => found.code)).toEqual(['silent-check'])
  expect(other.findings[0]?.text).toContain('"lint" (of circleci)')
})

test('a repository that can’t be seen is a failure, not a finding', async () => {
  const { client } = scripted(() => ({
    data: { repository: null },
    errors: [{ type: 'NOT_FOUND', message: 'Could not resolve', path: 'repository' }],
  }))
  const identity = tokenIdentity(() => Promise.resolve('t'), 'the token')
  const done = await preflight({
    ...{ client, branch, identity, policy: defaultPolicy, scopes: () => Promise.resolve(undefined) },
  })
  expect(done).toMatchObject(E.left({ kind: 'permanent', code: 'NOT_FOUND' }))
})

let github: LocalGithub
let place: Awaited<ReturnType<typeof temporary>>
beforeAll(async () => {
  place = await temporary()
  github = await started({ dir: `${place.dir}/github` })
})
afterAll(async () => {
  await github.close()
  await place.remove()
})

test('over the wire: a protected branch of the local GitHub', async () => {
  await seeded(github, place.dir, 'flight')
  await rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...{ owner: 'ada', repo: 'flight', branch: 'main', enforce_admins: true, restrictions: null },
    required_status_checks: { strict: true, contexts: ['headgate', 'lint'] },
    required_pull_request_reviews: { required_approving_review_count: 1 },
    required_linear_history: true,
  })
  const token = () => Promise.resolve(github.token)
  const done = await preflight({
    client: makeGithubClient({ baseUrl: github.url, token }),
    identity: tokenIdentity(token, 'the token'),
    branch: { repository: 'ada/flight', branch: 'main' },
    policy: { ...defaultPolicy, mergeMethod: 'squash' },
    scopes: () => Promise.resolve(undefined),
  })
  if (E.isLeft(done)) throw new Error(done.left.text)
  const codes = done.right.findings.map((found) => found.code)
  expect(codes).toEqual(expect.arrayContaining(['up-to-date', 'silent-check', 'checks-of-others']))
  expect(codes).not.toContain('linear-history')
  expect(done.right.possible).not.toContain('forge-merge')
})
