import { effectId, prNumber, sha } from '@headgate/core'
import { some } from 'fp-ts/lib/Option.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cutDescription } from '../../src/interpret/status.js'
import type { LocalGithub } from '../../src/local/index.js'
import { preparedRef } from '../../src/mirror/publish.js'
import { git, rest, started, temporary } from '../local/support.js'
import { expectEvent, gated, member, prepare } from '../support/forge.js'

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

test('a prepared commit is at the forge for test jobs to fetch, is the same again, and goes when told', async () => {
  const { act, base, pull, prepared, work } = await gated(github, world.dir, 'prepare')
  const one = member(await pull('one', { 'a.txt': 'two\n' }))
  const { effect, event } = await prepared([one], base)
  expect(await act(effect)).toEqual(event)
  await git(work, 'fetch', '--quiet', 'origin', event.commit)
  expect(await git(work, 'log', '-1', '--format=%P|%T', event.commit)).toBe(
    `${base} ${one.source}|${event.tree}`,
  )
  const there = () => git(work, 'ls-remote', 'origin', preparedRef('main', effect.run))
  expect(await there()).toContain(event.commit)
  const deletion = { _tag: 'DeletePreparedCommit', id, run: effect.run } as const
  for (const _ of [1, 2])
    expect(await act(deletion)).toMatchObject({ _tag: 'PreparedCommitDeleted', answers: id })
  expect(await there()).toBe('')
})

test('a conflict is a result that says what to do', async () => {
  const { act, base, pull, branch, head } = await gated(github, world.dir, 'conflict')
  const one = member(await pull('one', { 'a.txt': 'mine\n' }))
  await branch('main', { 'a.txt': 'theirs\n' })
  const moved = await head()
  expect(moved).not.toBe(base)
  expect(await act(prepare([one], moved))).toMatchObject({
    ...{ _tag: 'PreparationFailed', code: 'MergeConflict' },
    text: expect.stringMatching(/a\.txt.*Rebase it on main, or merge main into it, and push/) as string,
  })
})

test('a source that the forge does not give is tried again', async () => {
  const { act, base } = await gated(github, world.dir, 'lag')
  const ghost = { pr: prNumber(1), source: sha('deadbeef'.repeat(5)) }
  expect(await act(prepare([ghost], base))).toMatchObject({
    _tag: 'EffectFailed',
    failure: { kind: 'transient' },
  })
})

test('a forge that takes no pushes ends the run with its own words', async () => {
  const { act, base, pull, at, work } = await gated(github, world.dir, 'readonly')
  const one = member(await pull('one', { 'a.txt': 'two\n' }))
  const effect = prepare([one], base)
  await git(work, 'push', '--quiet', 'origin', `${base}:${preparedRef('main', effect.run)}`)
  await rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...{ ...at, branch: preparedRef('main', effect.run).slice('refs/heads/'.length) },
    ...{ enforce_admins: true, required_status_checks: null, required_pull_request_reviews: null },
    restrictions: { users: ['ada'], teams: [] },
  })
  expect(await act(effect)).toMatchObject({ _tag: 'PreparationFailed', code: 'Infrastructure' })
})

test('a status says what it says, on its commit, with a link, cut to what GitHub takes', async () => {
  const { act, base, api, at } = await gated(github, world.dir, 'status')
  const status = {
    _tag: 'PostStatus',
    id,
    sha: base,
    context: 'headgate',
    state: 'failure',
    pr: some(prNumber(7)),
  } as const
  const posted = await act({ ...status, description: '🚦'.repeat(200) })
  expect(posted).toMatchObject({ _tag: 'StatusPosted', answers: id })
  const { data } = await api.request('GET /repos/{owner}/{repo}/commits/{ref}/statuses', { ...at, ref: base })
  expect(data[0]).toMatchObject({
    state: 'failure',
    context: 'headgate',
    target_url: 'https://gate.example.org/7',
  })
  expect(data[0]?.description).toBe(`${'🚦'.repeat(69)}…`)
  expect(await act({ ...status, sha: sha('ab'.repeat(20)), description: 'x' })).toMatchObject({
    failure: { kind: 'permanent', code: 'Http422' },
  })
})

test('descriptions are cut between characters and keep to one line', () => {
  expect(cutDescription('short')).toBe('short')
  expect(cutDescription(`a\n  b`)).toBe('a b')
  expect([...cutDescription('x'.repeat(141))]).toHaveLength(140)
  expect(cutDescription('x'.repeat(140))).toBe('x'.repeat(140))
})

test('a landed pull request is told where it landed, once, and closed', async () => {
  const { acting, act, base, pull, api, at } = await gated(github, world.dir, 'close')
  const one = await pull('one', { 'a.txt': 'two\n' })
  const effect = { _tag: 'ClosePullRequest', id, pr: prNumber(one.number), landed: base } as const
  // The first attempt dies between the comment and the closing.
  const dying = acting((client) => ({
    ...client,
    rest: (call) =>
      call.route.startsWith('PATCH') ? Promise.reject(new Error('killed')) : client.rest(call),
  }))
  expect((await dying(effect))._tag).toBe('EffectFailed')
  for (const _ of [1, 2]) expect(await act(effect)).toMatchObject({ _tag: 'PullRequestClosed', answers: id })
  const comments = await api.request('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...{ ...at, issue_number: one.number },
  })
  expect(comments.data.map((c) => c.body)).toEqual([`Landed as ${base} on \`main\`.`])
  const { data } = await api.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...at,
    pull_number: one.number,
  })
  expect(data.state).toBe('closed')
})

test('a token that was revoked is said to be the trouble', async () => {
  const { base } = await gated(github, world.dir, 'revoked')
  const { makeGithubClient } = await import('../../src/client.js')
  const client = makeGithubClient({
    ...{
      baseUrl: github.url,
      token: () => Promise.resolve('revoked'),
      credential: 'the token in GITHUB_TOKEN',
    },
  })
  const { acting } = await gated(github, world.dir, 'revoked2')
  const event = await acting(() => client)({ _tag: 'InspectCommit', id, commit: base })
  expect(expectEvent(event, 'EffectFailed').failure).toMatchObject({
    ...{ kind: 'permanent', code: 'BadCredentials', text: expect.stringContaining('GITHUB_TOKEN') as string },
  })
})
