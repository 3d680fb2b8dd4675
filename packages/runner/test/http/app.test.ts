import { createHmac } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import {
  batchId,
  epochMs,
  Explanation,
  prNumber,
  sha,
  SortedMap,
  type BranchState,
  type Event,
} from '@headgate/core'
import { makeApp } from '../../src/http/app.js'
import type { HttpDeps } from '../../src/http/deps.js'
import { branchPath, pullRequestPath } from '../../src/http/address.js'
import type { Actor } from '../../src/shell/actor.js'
import type { BranchView } from '../../src/view/branch.js'
import { silentLog } from '../../src/shell/log.js'
import { playChains } from '../support/chains.js'
import { NAME, pullRequest, running } from '../support/states.js'

const HOST = { host: '127.0.0.1:8080' }
const SECRET = 'hook-secret'

const EVIL = '<script>alert("x")</script>'

const stage = (
  more: Partial<HttpDeps> = {},
  state: BranchState = running([
    pullRequest(1),
    pullRequest(2, { title: EVIL, author: 'st"ranger', labels: [EVIL] }),
  ]),
) => {
  const events: Event[] = []
  const actor: Actor = {
    name: NAME,
    state: () => state,
    tell: (event) => {
      events.push(event)
      return Promise.resolve(E.right(undefined))
    },
    hint: (event) => void events.push(event),
    isIdle: () => true,
    decisions: () => [
      { at: epochMs(0), kind: 'held', pr: some(prNumber(2)), batchId: none, text: `#2 ${EVIL}` },
    ],
    start: () => undefined,
    stop: () => Promise.resolve(),
  }
  const app = makeApp({
    actors: [actor],
    webhookSecrets: () => [SECRET],
    testedByChecks: [],
    operatorToken: () => E.right(undefined),
    hostNames: [],
    publicHost: undefined,
    obey: () => Promise.resolve(),
    clock: () => epochMs(5),
    log: silentLog,
    subscribe: () => () => undefined,
    fatal: () => undefined,
    ...more,
  })
  const request = (path: string, init: RequestInit = {}) =>
    app.request(path, {
      ...init,
      headers: { ...HOST, ...(init.headers as Record<string, string> | undefined) },
    })
  return { events, request }
}

const BRANCH = branchPath(NAME)

test('pages say what is held back and why, with every value escaped', async () => {
  const { request } = stage()
  for (const path of ['/', BRANCH, pullRequestPath(NAME, 2)]) {
    const answer = await request(path)
    expect(answer.status).toBe(200)
    const text = await answer.text()
    expect(text).toContain('is not a known developer')
    expect(text).not.toContain(EVIL)
    expect(text).toContain('&lt;script&gt;')
    expect(text).not.toContain('st"ranger')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  }
})

test('the JSON has the same', async () => {
  const { request } = stage()
  const [branch] = (await (await request('/api/branches')).json()) as [
    { open: ReadonlyArray<{ number: number; test: string; reasons: ReadonlyArray<{ code: string }> }> },
  ]
  expect(branch.open.map((pr) => [pr.number, pr.test])).toEqual([
    [1, 'testing'],
    [2, 'waiting'],
  ])
  expect(branch.open[1]?.reasons.map((r) => r.code)).toContain('NotAuthorized')
})

test('one branch and one pull request as JSON: reasons with evidence, the place, who is ahead, what is next', async () => {
  const { request } = stage(
    {},
    running([
      pullRequest(1),
      pullRequest(2),
      pullRequest(3, { author: 'stranger', reviewDecision: 'NONE', approvedShas: [] }),
    ]),
  )
  const branch = (await (await request(`/api${BRANCH}`)).json()) as BranchView
  expect(branch.explanation).toMatchObject({ candidate: 1, queue: [1, 2], landing: [] })
  expect(branch.explanation.deploying.map((r) => r.code)).toEqual(['NotDeployableBranch'])
  const second = await (await request(`/api${pullRequestPath(NAME, 2)}`)).json()
  expect(second).toMatchObject({
    landed: null,
    explanation: {
      pr: 2,
      position: 2,
      ahead: [1],
      holds: [{ code: 'Testing', evidence: { batchId: 7 }, clearedBy: 'headgate' }],
      next: { awaited: { _tag: 'Batch', batchId: 7, purpose: 'gate' } },
    },
  })
  const stranger = (await (await request(`/api${pullRequestPath(NAME, 3)}`)).json()) as {
    explanation: unknown
  }
  expect(Explanation.decode(stranger.explanation)).toMatchObject({
    _tag: 'Right',
    right: { position: none, ahead: [], next: { awaited: { _tag: 'Somebody', who: 'operator' } } },
  })
  expect((await request(`/api${pullRequestPath(NAME, 99)}`)).status).toBe(404)
  expect((await request('/api/branches/acme/app/other')).status).toBe(404)
  expect((await request('/api/branches/acme/app/other/prs/1')).status).toBe(404)
})

test('the page of a pull request tells evidence, who clears it, until when, who is ahead, what is next', async () => {
  const { request } = stage({}, running([pullRequest(1), pullRequest(2)]))
  const text = await (await request(pullRequestPath(NAME, 2))).text()
  const flat = text.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
  expect(flat).toContain(
    'What happens next Test batch 7 of #2 ends. next look at 00:01:01 · over by 04:00:01',
  )
  expect(flat).toMatch(
    /Its test on bbbbbbb is under way: batch 7 runs\. Testing run run-\S+ base bbbbbbb stage Running batch 7/,
  )
  expect(flat).toContain('headgate BatchObserved')
  expect(flat).toContain('Place 2 in the merge queue. Ahead of it: #1')
})

test('pages and JSON say with whom a pull request is tested, and with whom it has landed', async () => {
  const two = [pullRequest(1), pullRequest(2)]
  const under = stage({}, playChains(two, () => 'running').state)
  for (const path of ['/', pullRequestPath(NAME, 2)])
    expect(await (await under.request(path)).text()).toMatch(
      /testing<\/span><small> batch 1 with #1<\/small>/,
    )
  expect(await (await under.request(`/api${pullRequestPath(NAME, 1)}`)).json()).toMatchObject({
    open: { test: 'testing', batchId: 1, with: [2] },
  })
  const after = stage({}, playChains(two, () => 'success').state)
  expect(await (await after.request('/')).text()).toContain('<td>1<small> with #2</small></td>')
  expect(await (await after.request(pullRequestPath(NAME, 2))).text()).toMatch(/in\s+batch 1 with #1\./)
})

test('what is not here is 404, a strange host 421, with one line of JSON', async () => {
  const { request } = stage()
  expect((await request('/nothing')).status).toBe(404)
  expect((await request('/branches/acme/app/other')).status).toBe(404)
  expect((await request('/branches/acme/app/other/prs/1')).status).toBe(404)
  const stranger = await request('/', { headers: { host: 'evil.example' } })
  expect(stranger.status).toBe(421)
  expect(await stranger.json()).toMatchObject({ error: { code: 'not-our-name' } })
})

const post = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json', ...headers },
})

test.each<[string, unknown, Partial<Event>]>([
  [
    'authorize',
    { sha: 'A'.repeat(40), by: 'ada' },
    { _tag: 'ShaAuthorized', sha: 'a'.repeat(40), by: 'ada' } as never,
  ],
  ['freeze', { reason: ' lunch ' }, { _tag: 'BranchFrozen', reason: 'lunch', by: 'operator' }],
  ['unfreeze', {}, { _tag: 'BranchUnfrozen' }],
  ['retry-head-test', {}, { _tag: 'HeadTestRetried' }],
  ['retry-deploy', {}, { _tag: 'DeployRetried' }],
  ['prs/1/retry', { batchId: 7 }, { _tag: 'TestRetried', pr: prNumber(1), batchId: some(batchId(7)) }],
  ['prs/1/retry', {}, { _tag: 'TestRetried', pr: prNumber(1), batchId: none }],
])('operators: %s', async (path, body, event) => {
  const { request, events } = stage()
  const answer = await request(`${BRANCH}/${path}`, post(body))
  expect(answer.status).toBe(200)
  expect(events).toHaveLength(1)
  expect(events[0]).toMatchObject(event)
})

test.each<[string, unknown]>([
  ['authorize', { sha: 'abc123' }],
  ['authorize', {}],
  ['freeze', { reason: '  ' }],
  ['prs/99/retry', {}],
  ['prs/1/retry', { batchId: 'x' }],
  ['freeze', []],
  ['freeze', { reason: 7 }],
])('operators: bad words to %s are 400 and change nothing', async (path, body) => {
  const { request, events } = stage()
  expect((await request(`${BRANCH}/${path}`, post(body))).status).toBe(400)
  expect(events).toEqual([])
})

test('a form goes back to its page', async () => {
  const { request, events } = stage()
  const body = new URLSearchParams({ reason: 'lunch', by: 'ada' })
  const answer = await request(`${BRANCH}/freeze`, { method: 'POST', body, headers: { accept: 'text/html' } })
  expect([answer.status, answer.headers.get('location')]).toEqual([303, '/'])
  expect(events).toHaveLength(1)
})

test('a stranger’s page can not press buttons', async () => {
  const { request, events } = stage()
  const cross: ReadonlyArray<Record<string, string>> = [
    { origin: 'http://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'null' },
  ]
  for (const headers of cross)
    expect((await request(`${BRANCH}/unfreeze`, post({}, headers))).status).toBe(403)
  expect((await request(`${BRANCH}/unfreeze`, post({}, { origin: 'http://127.0.0.1:8080' }))).status).toBe(
    200,
  )
  expect(events).toHaveLength(1)
})

test('where a token is asked for, it must be right', async () => {
  const { request, events } = stage({ operatorToken: () => E.right('sesame') })
  expect((await request(`${BRANCH}/unfreeze`, post({}))).status).toBe(401)
  expect((await request(`${BRANCH}/unfreeze`, post({}, { authorization: 'Bearer wrong' }))).status).toBe(401)
  expect((await request(`${BRANCH}/unfreeze`, post({}, { authorization: 'Bearer sesame' }))).status).toBe(200)
  expect((await request(`${BRANCH}/unfreeze`, post({ token: 'sesame' }))).status).toBe(200)
  expect(events).toHaveLength(2)
  expect(await (await request('/')).text()).toContain('name="token"')
  const locked = stage({ operatorToken: () => E.left({ code: 'x', sentence: 'x', place: 'x', remedy: 'x' }) })
  expect((await locked.request(`${BRANCH}/unfreeze`, post({}))).status).toBe(503)
})

test('bodies are bounded', async () => {
  const { request } = stage()
  expect((await request(`${BRANCH}/freeze`, post({ reason: 'x'.repeat(70_000) }))).status).toBe(413)
  expect((await request('/callbacks/batch', { method: 'POST', body: 'x'.repeat(1_100_000) })).status).toBe(
    413,
  )
})

const push = JSON.stringify({
  ref: 'refs/heads/release/1',
  repository: { full_name: 'Acme/App' },
  deleted: false,
  after: 'a'.repeat(40),
  before: 'b'.repeat(40),
  created: false,
  forced: false,
})

/** A state whose first run tests the commit `cccc…` as batch 7. */
const underTest = () => {
  const state = running([pullRequest(1)])
  const runs = SortedMap.toArray(state.runs).reduce(
    (map, [id, run]) =>
      run.stage._tag === 'Running'
        ? SortedMap.set(map, id, { ...run, stage: { ...run.stage, commit: some(sha('c'.repeat(40))) } })
        : map,
    state.runs,
  )
  return { state: { ...state, runs } }
}

const signed = (body: string, secret: string, event = 'push') => ({
  method: 'POST',
  body,
  headers: {
    // Deliveries may call us by any name.
    host: 'gate.example.org',
    'x-github-event': event,
    'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  },
})

test('a signed delivery is a hint to the branch it concerns', async () => {
  const { request, events } = stage()
  const answer = await request('/webhooks/github', signed(push, SECRET))
  expect([answer.status, await answer.json()]).toEqual([202, { accepted: 1 }])
  expect(events).toEqual([{ _tag: 'GithubHinted', at: 5, concern: { _tag: 'Head' } }])
})

test('a delivery that comes again is taken once; one that was refused is not counted', async () => {
  const { request, events } = stage()
  const sent = (body: string, secret: string, id: string) => {
    const init = signed(body, secret)
    return request('/webhooks/github', { ...init, headers: { ...init.headers, 'x-github-delivery': id } })
  }
  expect((await sent(push, 'other', 'd-1')).status).toBe(401)
  expect(await (await sent(push, SECRET, 'd-1')).json()).toEqual({ accepted: 1 })
  expect(await (await sent(push, SECRET, 'd-1')).json()).toEqual({ accepted: 0, duplicate: true })
  expect(await (await sent(push, SECRET, 'd-2')).json()).toEqual({ accepted: 1 })
  expect(events).toHaveLength(2)
})

test('while a secret is being changed, both are taken', async () => {
  const { request } = stage({ webhookSecrets: () => ['new', SECRET] })
  for (const secret of ['new', SECRET])
    expect((await request('/webhooks/github', signed(push, secret))).status).toBe(202)
  expect((await request('/webhooks/github', signed(push, 'older'))).status).toBe(401)
})

test('our own status, told back to us, is no news; what else is said under our name is', async () => {
  const state = running([pullRequest(1)])
  const told = async (sha: string, context: string, said: string): Promise<unknown> => {
    const { request } = stage({}, state)
    const body = JSON.stringify({ repository: { full_name: 'acme/app' }, sha, context, state: said })
    return (await request('/webhooks/github', signed(body, SECRET, 'status'))).json()
  }
  const { source } = pullRequest(1)
  expect(await told(source, 'headgate', 'pending')).toEqual({ accepted: 0 })
  expect(await told(source, 'headgate', 'success')).toEqual({ accepted: 1 })
  expect(await told(source, 'build', 'pending')).toEqual({ accepted: 1 })
  expect(await told('e'.repeat(40), 'headgate', 'pending')).toEqual({ accepted: 1 })
})

test('a check of a commit under test concerns its run, where checks are the tests', async () => {
  const { state } = underTest()
  const commit = 'c'.repeat(40)
  const check = (sha: string) =>
    signed(
      JSON.stringify({
        action: 'completed',
        repository: { full_name: 'acme/app' },
        check_run: { head_sha: sha },
      }),
      SECRET,
      'check_run',
    )
  const hinted = async (testedByChecks: HttpDeps['testedByChecks'], sha: string) => {
    const { request, events } = stage({ testedByChecks }, state)
    expect((await request('/webhooks/github', check(sha))).status).toBe(202)
    return events.filter((event) => event._tag === 'BatchHinted')
  }
  expect(await hinted([NAME], commit)).toEqual([{ _tag: 'BatchHinted', at: 5, batchId: some(7) }])
  expect(await hinted([NAME], 'd'.repeat(40))).toEqual([])
  expect(await hinted([], commit)).toEqual([])
})

test.each([
  ['unsigned', { method: 'POST', body: push }, 401],
  ['signed with another secret', signed(push, 'other'), 401],
  ['malformed', signed('{"ref": 1', SECRET), 400],
  ['not what a push looks like', signed('{"ref": 1}', SECRET), 400],
])('a delivery that is %s is refused', async (_, init, status) => {
  const { request, events } = stage()
  const answer = await request('/webhooks/github', init)
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ error: { sentence: expect.any(String) as string } })
  expect(events).toEqual([])
})

test('a callback of Batch is a hint about that batch, to the branch it names', async () => {
  const { request, events } = stage()
  const to = (body: unknown) => request('/callbacks/batch', { method: 'POST', body: JSON.stringify(body) })
  expect((await to({ id: 7, attributes: { target_branch: 'acme/app:release/1' } })).status).toBe(202)
  expect((await to({ id: 8, attributes: { target_branch: 'acme/app:main' } })).status).toBe(202)
  expect((await to({ id: 'x' })).status).toBe(400)
  expect((await request('/callbacks/batch', { method: 'POST', body: '{' })).status).toBe(400)
  expect(events).toEqual([{ _tag: 'BatchHinted', at: 5, batchId: some(7) }])
})

test('health says when the service can not go on', async () => {
  expect((await stage().request('/healthz')).status).toBe(200)
  const broken = stage({ fatal: () => ({ code: 'x', sentence: 'full', place: 'x', remedy: 'x' }) })
  expect((await broken.request('/healthz')).status).toBe(503)
})
