/** Chains of several pull requests at the local GitHub: prepared, landed whole, landed in parts. */
import { effectId, type MergeMethod } from '@headgate/core'
import { some } from 'fp-ts/lib/Option.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalGithub } from '../../src/local/index.js'
import { git, started, temporary } from '../local/support.js'
import { expectEvent, gated, land, member, prepare } from '../support/forge.js'

const METHODS = ['merge', 'squash', 'rebase'] as const

const world = await temporary()
let github: LocalGithub
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
})
afterAll(async () => {
  await github.close()
  await world.remove()
})

/** Two pull requests whose chain is prepared. */
const ready = async (name: string, method: MergeMethod) => {
  const gate = await gated(github, world.dir, name)
  const pulls = [
    await gate.pull('one', { 'c.txt': 'c\n' }),
    await gate.pull('two', { 'd.txt': 'd\n' }),
  ] as const
  const [one, two] = [member(pulls[0]), member(pulls[1])]
  const { event } = await gate.prepared([one, two], gate.base, method)
  const [first, last] = event.chain
  if (first === undefined || last === undefined) throw new Error('no chain of two')
  const history = async () => {
    await git(gate.work, 'fetch', '--quiet', 'origin')
    const args = ['rev-list', '--first-parent', '--reverse', `${gate.base}..origin/main`]
    return (await git(gate.work, ...args)).split('\n').filter((line) => line !== '')
  }
  const states = async () =>
    Promise.all(
      pulls.map(async ({ number }) => {
        const { data } = await gate.api.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
          ...{ ...gate.at, pull_number: number },
        })
        return data.merged ? 'merged' : data.state
      }),
    )
  return { ...gate, one, two, event, first, last, method, history, states }
}

test.each(METHODS)('%s: a chain of two lands by one fast-forward, and once', async (method) => {
  const gate = await ready(`whole-${method}`, method)
  expect(gate.last).toBe(gate.event.commit)
  const effect = land([gate.one, gate.two], gate.base, gate.event, { method })
  for (const id of ['land-1', 'land-2'])
    expect(await gate.act({ ...effect, id: effectId(id) })).toMatchObject({
      ...{ _tag: 'BranchLanded', landed: gate.last },
    })
  expect(await gate.history()).toEqual([gate.first, gate.last])
  // Only a merge keeps the commits by which the forge knows them.
  expect(await gate.states()).toEqual(method === 'merge' ? ['merged', 'merged'] : ['open', 'open'])
})

test.each(METHODS)('%s: a chain whose first part has landed lands its rest', async (method) => {
  const gate = await ready(`rest-${method}`, method)
  const alone = await gate.prepared([gate.one], gate.base, method)
  expect(alone.event.commit).toBe(gate.first)
  const first = land([gate.one], gate.base, alone.event, { method })
  expect(await gate.act(first)).toMatchObject({ _tag: 'BranchLanded', landed: gate.first })
  const rest = land([gate.two], gate.first, gate.event, { method })
  expect(await gate.act(rest)).toMatchObject({ _tag: 'BranchLanded', landed: gate.last })
  expect(await gate.history()).toEqual([gate.first, gate.last])
})

test('a chain is refused as a whole when one of its sources has moved, and when its base has', async () => {
  const gate = await ready('moved', 'merge')
  const effect = land([gate.one, gate.two], gate.base, gate.event)
  await gate.branch('one', { 'c.txt': 'other\n' })
  expect(await gate.act(effect)).toMatchObject({ _tag: 'LandingRefused', code: 'SourceMoved' })
  const other = await ready('moved-base', 'merge')
  await other.branch('main', { 'x.txt': 'x\n' })
  expect(await other.act(land([other.one, other.two], other.base, other.event))).toMatchObject({
    ...{ _tag: 'LandingRefused', code: 'HeadMoved' },
  })
  expect(await gate.head()).toBe(gate.base)
})

test('what lands is what was reviewed: a chain that names one member too few is refused', async () => {
  const gate = await ready('fewer', 'squash')
  const effect = land([gate.two], gate.base, gate.event, { method: 'squash', tree: some(gate.event.tree) })
  expect(await gate.act(effect)).toMatchObject({
    ...{ _tag: 'LandingRefused', text: expect.stringContaining('is not what the base') as string },
  })
  expect(await gate.head()).toBe(gate.base)
})

test('a conflict inside a chain names its culprit', async () => {
  const gate = await gated(github, world.dir, 'culprit')
  const members = [
    member(await gate.pull('one', { 'a.txt': 'mine\n' })),
    member(await gate.pull('two', { 'c.txt': 'c\n' })),
    member(await gate.pull('three', { 'a.txt': 'yours\n' })),
  ]
  for (const method of METHODS) {
    const event = expectEvent(await gate.act(prepare(members, gate.base, method)), 'PreparationFailed')
    expect(event).toMatchObject({ code: 'MergeConflict', culprit: some(members[2]?.pr) })
  }
})
