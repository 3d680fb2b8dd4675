import { effectId, sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GithubClient } from '../../src/client.js'
import { transient, unknown } from '../../src/failure.js'
import type { LocalGithub } from '../../src/local/index.js'
import { git, rest, started, temporary } from '../local/support.js'
import { expectEvent, gated, land, member } from '../support/forge.js'

const world = await temporary()
let github: LocalGithub
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
})
afterAll(async () => {
  await github.close()
  await world.remove()
})

type Gated = Awaited<ReturnType<typeof gated>>
const ready = async (name: string) => {
  const gate = await gated(github, world.dir, name)
  const pull = await gate.pull('one', { 'a.txt': 'two\n' })
  const one = member(pull)
  const { event } = await gate.prepared([one], gate.base)
  return { ...gate, pullRequest: pull, one, tested: event }
}
const status = async ({ api, at }: Gated, ref: string) =>
  (await api.request('GET /repos/{owner}/{repo}/commits/{ref}/statuses', { ...at, ref })).data
const pullOf = async ({ api, at }: Gated, pull_number: number) =>
  (await api.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...at, pull_number })).data

/** The mutation is carried out, but its answer is lost. */
const losing =
  (name: string) =>
  (client: GithubClient): GithubClient => ({
    ...client,
    graphql: async (call) => {
      const answer = await client.graphql(call)
      return call.document.includes(`mutation ${name}`) ? E.left(unknown('Timeout', 'lost')) : answer
    },
  })

/** Something happens right before the mutation is sent. */
const racing =
  (name: string, race: () => Promise<unknown>) =>
  (client: GithubClient): GithubClient => ({
    ...client,
    graphql: async (call) => {
      if (call.document.includes(`mutation ${name}`)) await race()
      return client.graphql(call)
    },
  })

test('fast-forward: the tested commit itself becomes the head, with our status on it, and once', async () => {
  const gate = await ready('ff')
  const effect = land([gate.one], gate.base, gate.tested)
  for (const _ of [1, 2])
    expect(await gate.act(effect)).toMatchObject({
      ...{ _tag: 'BranchLanded', answers: effect.id, landed: gate.tested.commit },
    })
  expect(await gate.head()).toBe(gate.tested.commit)
  expect(await status(gate, gate.tested.commit)).toMatchObject([{ context: 'headgate', state: 'success' }])
})

test('fast-forward under branch protection: the required check is ours, and it is on the tested commit', async () => {
  const gate = await ready('protected')
  const protect = (contexts: ReadonlyArray<string>) =>
    rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
      ...{ ...gate.at, branch: 'main', enforce_admins: true, restrictions: null },
      required_status_checks: { strict: false, contexts: [...contexts] },
      required_pull_request_reviews: {
        required_approving_review_count: 1,
        bypass_pull_request_allowances: { apps: ['headgate'] },
      },
    })
  await protect(['headgate', 'lint'])
  const effect = land([gate.one], gate.base, gate.tested)
  expect(await gate.act(effect)).toMatchObject({
    ...{ _tag: 'LandingRefused', code: 'Refused', text: expect.stringContaining('lint') as string },
  })
  expect(await gate.head()).toBe(gate.base)
  await protect(['headgate'])
  expect(await gate.act(effect)).toMatchObject({ _tag: 'BranchLanded', landed: gate.tested.commit })
})

test('fast-forward: a head that moved is never overwritten, however late it moved', async () => {
  const early = await ready('moved-early')
  await early.branch('main', { 'x.txt': 'x\n' })
  expect(await early.act(land([early.one], early.base, early.tested))).toMatchObject({
    ...{ _tag: 'LandingRefused', code: 'HeadMoved' },
  })
  const late = await ready('moved-late')
  const act = late.acting(racing('UpdateRefs', () => late.branch('main', { 'x.txt': 'x\n' })))
  expect(await act(land([late.one], late.base, late.tested))).toMatchObject({
    ...{ _tag: 'LandingRefused', code: 'HeadMoved' },
  })
  expect(await late.head()).toBe(await git(late.work, 'rev-parse', 'main'))
})

test('a source that moved and a pull request that was closed do not land', async () => {
  const gate = await ready('source')
  const attempt = (landing: 'fast-forward' | 'forge-merge') =>
    gate.act(land([gate.one], gate.base, gate.tested, { landing }))
  await gate.branch('one', { 'a.txt': 'three\n' })
  for (const landing of ['fast-forward', 'forge-merge'] as const)
    expect(await attempt(landing)).toMatchObject({ _tag: 'LandingRefused', code: 'SourceMoved' })
  await rest(github, 'bob').request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...{ ...gate.at, pull_number: gate.pullRequest.number, state: 'closed' },
  })
  for (const landing of ['fast-forward', 'forge-merge'] as const)
    expect(await attempt(landing)).toMatchObject({
      ...{ _tag: 'LandingRefused', code: 'Refused', text: '#1 is closed.' },
    })
  expect(await gate.head()).toBe(gate.base)
})

test('what lands is what was reviewed: a tested commit with another tree is refused', async () => {
  const gate = await ready('smuggled')
  const tree = await git(
    gate.work,
    'rev-parse',
    `${await gate.branch('evil', { 'backdoor.txt': 'x\n' })}^{tree}`,
  )
  const made = sha(
    await git(gate.work, 'commit-tree', tree, '-p', gate.base, '-p', gate.one.source, '-m', 'x'),
  )
  await git(gate.work, 'push', '--quiet', 'origin', `${made}:refs/heads/headgate/main/run-x`)
  for (const over of [{ tree: some(sha(tree)) }, { tree: none }]) {
    const effect = land([gate.one], gate.base, { commit: made, tree: sha(tree) }, over)
    expect(await gate.act(effect)).toMatchObject({
      ...{
        _tag: 'LandingRefused',
        code: 'Refused',
        text: expect.stringContaining('is not what the base') as string,
      },
    })
  }
  expect(await gate.head()).toBe(gate.base)
})

test('an answer that was lost is found out by looking', async () => {
  const gate = await ready('lost')
  const effect = land([gate.one], gate.base, gate.tested)
  expect(await gate.acting(losing('UpdateRefs'))(effect)).toMatchObject({ _tag: 'BranchLanded' })
  // Somebody builds on it before the next look: it still landed.
  await gate.branch('main', { 'x.txt': 'x\n' })
  expect(await gate.act(effect)).toMatchObject({ _tag: 'BranchLanded', landed: gate.tested.commit })
  const forge = await ready('lost-merge')
  const merge = land([forge.one], forge.base, forge.tested, { landing: 'forge-merge' })
  const first = expectEvent(await forge.acting(losing('MergePullRequest'))(merge), 'BranchLanded')
  expect(first.landed).toBe(await forge.head())
  expect(await forge.act(merge)).toEqual(first)
})

test('a move that certainly did not happen is tried again, one that may have happened is looked at again', async () => {
  const gate = await ready('undone')
  for (const failure of [transient('Unreachable', 'x'), unknown('Timeout', 'x')]) {
    const act = gate.acting((client) => ({
      ...client,
      graphql: (call) =>
        call.document.includes('mutation') ? Promise.resolve(E.left(failure)) : client.graphql(call),
    }))
    expect(await act(land([gate.one], gate.base, gate.tested))).toMatchObject({
      _tag: 'EffectFailed',
      failure,
    })
  }
})

test('forge-merge: the forge makes the commit, whose tree is the tested one', async () => {
  for (const method of ['merge', 'squash', 'rebase'] as const) {
    const gate = await ready(`forge-${method}`)
    const effect = land([gate.one], gate.base, gate.tested, { landing: 'forge-merge', method })
    const event = expectEvent(await gate.act(effect), 'BranchLanded')
    expect(event.landed).toBe(await gate.head())
    const inspected = await gate.act({ _tag: 'InspectCommit', id: effectId('i'), commit: event.landed })
    expect(inspected).toMatchObject({ _tag: 'CommitInspected', tree: gate.tested.tree })
    expect(expectEvent(inspected, 'CommitInspected').parents[0]).toBe(gate.base)
    expect((await pullOf(gate, gate.pullRequest.number)).merged).toBe(true)
    expect(await gate.act(effect)).toEqual(event)
  }
})

test('forge-merge: a late push to the pull request, or to the branch, is noticed', async () => {
  const source = await ready('late-source')
  const act = source.acting(racing('MergePullRequest', () => source.branch('one', { 'a.txt': 'evil\n' })))
  expect(await act(land([source.one], source.base, source.tested, { landing: 'forge-merge' }))).toMatchObject(
    {
      ...{ _tag: 'LandingRefused', code: 'SourceMoved' },
    },
  )
  expect(await source.head()).toBe(source.base)
  const base = await ready('early-base')
  await base.branch('main', { 'x.txt': 'x\n' })
  expect(await base.act(land([base.one], base.base, base.tested, { landing: 'forge-merge' }))).toMatchObject({
    ...{ _tag: 'LandingRefused', code: 'HeadMoved' },
  })
})

test('forge-merge: the forge’s own rules are quoted', async () => {
  const gate = await ready('rules')
  await rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...{ ...gate.at, branch: 'main', enforce_admins: true, restrictions: null },
    ...{
      required_status_checks: null,
      required_pull_request_reviews: { required_approving_review_count: 1 },
    },
  })
  expect(await gate.act(land([gate.one], gate.base, gate.tested, { landing: 'forge-merge' }))).toMatchObject({
    ...{
      _tag: 'LandingRefused',
      code: 'Refused',
      text: expect.stringMatching(/approving review/i) as string,
    },
  })
})
