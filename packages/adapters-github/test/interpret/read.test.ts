import { effectId, prNumber, sha } from '@headgate/core'
import { none, some } from 'fp-ts/lib/Option.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalGithub } from '../../src/local/index.js'
import { git, rest, started, temporary } from '../local/support.js'
import { expectEvent, gated, NOW } from '../support/forge.js'

const world = await temporary()
let github: LocalGithub
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
})
afterAll(async () => {
  await github.close()
  await world.remove()
})
const id = effectId('e-1')

test('a branch is read with its rules and its open pull requests, whatever became of the others', async () => {
  const { act, api, at, base, pull, branch } = await gated(github, world.dir, 'reading')
  const one = await pull('one', { 'a.txt': 'two\n' })
  const two = await pull('two', { 'c.txt': 'c\n' })
  const elsewhere = await pull('three', { 'd.txt': 'd\n' })
  await branch('release', {})
  const ada = rest(github, 'ada')
  await ada.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...{ ...at, pull_number: elsewhere.number, base: 'release' },
  })
  await ada.request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...{ ...at, branch: 'main', enforce_admins: true, restrictions: null },
    required_status_checks: { strict: false, contexts: ['headgate', 'lint'] },
    required_pull_request_reviews: { required_approving_review_count: 1 },
  })
  await ada.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
    ...{ ...at, issue_number: one.number, labels: ['prio:high'] },
  })
  await ada.request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    ...{ ...at, pull_number: one.number, event: 'APPROVE', commit_id: one.head },
  })
  await api.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
    ...{ ...at, sha: one.head, state: 'success', context: 'lint' },
  })
  await api.request('POST /repos/{owner}/{repo}/check-runs', {
    ...{ ...at, head_sha: one.head, name: 'build', status: 'in_progress' },
  })

  const event = expectEvent(await act({ _tag: 'ReadBranch', id }), 'BranchObserved')
  expect(event).toMatchObject({ at: NOW, answers: id, head: base, requiredChecks: ['headgate', 'lint'] })
  expect(event.pullRequests.map((p) => p.number)).toEqual([one.number, two.number])
  expect(event.pullRequests[0]).toEqual({
    ...{ number: one.number, title: 'Change one', author: 'bob', source: one.head, sourceBranch: 'one' },
    ...{ draft: false, labels: ['prio:high'], reviewDecision: 'APPROVED', approvedShas: [one.head] },
    checks: expect.arrayContaining([
      { name: 'lint', state: some('SUCCESS'), reporter: some('headgate') },
      { name: 'build', state: none, reporter: some('headgate') },
    ]) as unknown,
    ...{ paths: ['a.txt'], dependsOn: [] },
  })
  expect(event.pullRequests[1]).toMatchObject({
    reviewDecision: 'REVIEW_REQUIRED',
    approvedShas: [],
    checks: [],
  })

  const fate = async (pr: number) =>
    expectEvent(await act({ _tag: 'ReadPullRequest', id, pr: prNumber(pr) }), 'PullRequestObserved').fate
  expect(await fate(one.number)).toEqual({ _tag: 'Open', snapshot: event.pullRequests[0] })
  expect(await fate(elsewhere.number)).toEqual({ _tag: 'Elsewhere' })
  expect(await fate(4711)).toEqual({ _tag: 'Closed' })
  await ada.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...{ ...at, pull_number: two.number, state: 'closed' },
  })
  expect(await fate(two.number)).toEqual({ _tag: 'Closed' })
})

test('the files that a pull request changes, and what its description says that it depends on', async () => {
  const { act, at, pull, branch } = await gated(github, world.dir, 'paths')
  const one = await pull('one', { 'src/ünï.txt': 'x\n', 'a.txt': 'two\n' })
  const two = await pull('two', { 'c.txt': 'c\n' })
  const bob = rest(github, 'bob')
  const body = `Needs the other one.\r\n\r\nDepends-On: #${one.number}\r\nDepends-On: ${github.url}/ada/paths/pull/77\r\nDepends-On: ${github.url}/ada/other/pull/5`
  await bob.request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...{ ...at, pull_number: two.number, body },
  })
  const read = async () => {
    const whole = expectEvent(await act({ _tag: 'ReadBranch', id }), 'BranchObserved').pullRequests
    for (const snapshot of whole) {
      const event = await act({ _tag: 'ReadPullRequest', id, pr: snapshot.number })
      // Both reads show the same: what differed would look like news at every poll.
      expect(expectEvent(event, 'PullRequestObserved').fate).toEqual({ _tag: 'Open', snapshot })
    }
    return whole.map(({ number, paths, dependsOn }) => ({ number, paths, dependsOn }))
  }
  expect(await read()).toEqual([
    { number: one.number, paths: ['a.txt', 'src/ünï.txt'], dependsOn: [] },
    { number: two.number, paths: ['c.txt'], dependsOn: [one.number, 77] },
  ])
  // What main gets meanwhile is not theirs; what they are pushed is.
  await branch('main', { 'elsewhere.txt': 'x\n' })
  await branch('two', { 'd/e.txt': 'e\n' }, 'origin/two')
  expect((await read())[1]).toMatchObject({ paths: ['c.txt', 'd/e.txt'] })
})

test('of very many files the first hundred are read', async () => {
  const { act, pull } = await gated(github, world.dir, 'manyfiles')
  const files = Object.fromEntries(Array.from({ length: 130 }, (_, i) => [`f${100 + i}.txt`, 'x\n']))
  await pull('one', files)
  const event = expectEvent(await act({ _tag: 'ReadBranch', id }), 'BranchObserved')
  expect(event.pullRequests[0]?.paths).toEqual(Object.keys(files).slice(0, 100))
})

test('more pull requests than fit on a page, more checks than fit on one', async () => {
  const { act, api, at, work } = await gated(github, world.dir, 'many')
  const refs = Array.from({ length: 51 }, (_, i) => `p${i}`)
  for (const ref of refs) {
    await git(work, 'checkout', '--quiet', '-B', ref, 'origin/main')
    await git(work, 'commit', '--quiet', '--allow-empty', '-m', ref)
  }
  await git(work, 'push', '--quiet', 'origin', ...refs)
  for (const head of refs)
    await rest(github, 'bob').request('POST /repos/{owner}/{repo}/pulls', {
      ...at,
      title: head,
      head,
      base: 'main',
    })
  const source = await git(work, 'rev-parse', 'p50')
  for (let i = 0; i < 101; i++)
    await api.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
      ...{ ...at, sha: source, state: 'pending', context: `check-${i}` },
    })
  const event = expectEvent(await act({ _tag: 'ReadBranch', id }), 'BranchObserved')
  expect(event.pullRequests.map((p) => p.title)).toEqual(refs)
  const names = event.pullRequests[50]?.checks.map((c) => c.name) ?? []
  expect([names.length, new Set(names).size]).toEqual([101, 101])
})

test('a commit is inspected; one that is not there yet is asked for again', async () => {
  const { act, base, work, branch } = await gated(github, world.dir, 'inspect')
  const commit = sha(await branch('next', { 'a.txt': 'two\n' }))
  expect(await act({ _tag: 'InspectCommit', id, commit })).toEqual({
    ...{ _tag: 'CommitInspected', at: NOW, answers: id, parents: [base] },
    tree: await git(work, 'rev-parse', `${commit}^{tree}`),
  })
  expect(await act({ _tag: 'InspectCommit', id, commit: sha('1234567890'.repeat(4)) })).toMatchObject({
    ...{ _tag: 'EffectFailed', answers: id, failure: { kind: 'transient', code: 'CommitNotFound' } },
  })
})

test('a repository that is not there is a final failure that names it', async () => {
  const { acting } = await gated(github, world.dir, 'there')
  const lost = acting((client) => ({
    ...client,
    graphql: (call) => client.graphql({ ...call, variables: { ...call.variables, name: 'nowhere' } }),
  }))
  expect(await lost({ _tag: 'ReadHead', id })).toMatchObject({
    failure: { kind: 'permanent', code: 'NOT_FOUND', text: expect.stringContaining('nowhere') as string },
  })
})

test('an interpreter that breaks still answers with an event, without a stack', async () => {
  const { acting } = await gated(github, world.dir, 'broken')
  const broken = acting(() => ({
    graphql: () => Promise.reject(new Error('bug\n    at secret.ts')),
    rest: () => Promise.reject(new Error('bug')),
  }))
  const event = expectEvent(await broken({ _tag: 'ReadHead', id }), 'EffectFailed')
  expect(event.failure).toMatchObject({ kind: 'unknown', code: 'Unexpected' })
  expect(event.failure.text).not.toContain('\n')
})
