import { prNumber, sha, type Member, type MergeMethod, type Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Recipe } from '../../src/mirror/combine.js'
import { makeOrigin, type Origin } from '../support/origin.js'

let origin: Origin
beforeAll(async () => {
  origin = await makeOrigin()
})
afterAll(() => origin.remove())

const recipe = (method: MergeMethod, members: ReadonlyArray<Member>, base: Sha = origin.base): Recipe => ({
  ...{ branch: 'main', base, members, method, titles: members.map(() => 'Speed up (#7)') },
})
const combined = async (wish: Recipe, mirror = origin.mirror) => {
  const made = await mirror.combine(wish)
  if (E.isLeft(made)) throw new Error(made.left.text)
  if (made.right._tag === 'Conflict') throw new Error(made.right.text)
  return made.right
}
const show = (commit: Sha, format: string) => origin.inMirror('log', '-1', `--format=${format}`, commit)

test('merge: two parents, the tree git itself makes, our signature at the later second of the two', async () => {
  const member = await origin.pull(7, [[{ 'a.txt': 'A1\na2\na3\n' }, 'one', 'Bob']])
  const { commit, tree } = await combined(recipe('merge', [member]))
  expect(await show(commit, '%P')).toBe(`${origin.base} ${member.source}`)
  const later = Math.max(
    ...(await Promise.all([origin.base, member.source].map((id) => show(id, '%ct')))).map(Number),
  )
  expect(await show(commit, '%an %at %cn %ct %T')).toBe(`headgate ${later} headgate ${later} ${tree}`)
  expect(await show(commit, '%B')).toContain('Merge pull request #7\n\nSpeed up (#7)')
  await origin.git('checkout', '--quiet', '--detach', origin.base)
  await origin.git('merge', '--quiet', '--no-ff', '-m', 'x', member.source)
  expect(await origin.git('rev-parse', 'HEAD^{tree}')).toBe(tree)
})

test('squash: one parent, written by the author of the change, the others credited', async () => {
  const member = await origin.pull(8, [
    [{ 'a.txt': 'A1\na2\na3\n' }, 'one', 'Bob'],
    [{ 'c.txt': 'c\n' }, 'two', 'Eve'],
    [{ 'c.txt': 'cc\n' }, 'three', 'Bob'],
  ])
  const { commit } = await combined(recipe('squash', [member]))
  expect(await show(commit, '%P %an %ae %cn')).toBe(`${origin.base} Bob bob@example.org headgate`)
  expect(await show(commit, '%B')).toBe('Speed up (#7)\n\nCo-authored-by: Eve <eve@example.org>')
})

test('rebase: every commit replayed with its author and message; what is there already is left out', async () => {
  const member = await origin.pull(9, [
    [{ 'a.txt': 'A1\na2\na3\n' }, 'one', 'Bob'],
    [{ 'b.txt': 'b1\nb2\nB3\n' }, 'same as on main', 'Eve'],
    [{ 'c.txt': 'c\n' }, 'three\n\nwith a body', 'Eve'],
    [{}, 'empty from the start', 'Eve'],
  ])
  await origin.git('checkout', '--quiet', '--detach', origin.base)
  const moved = await origin.commit({ 'b.txt': 'b1\nb2\nB3\n' }, 'main moved')
  await origin.git('push', '--quiet', 'origin', 'HEAD:refs/heads/moved')
  const { commit, tree } = await combined({ ...recipe('rebase', [member], moved), branch: 'moved' })
  const log = await origin.inMirror('log', '--reverse', '--format=%an|%s|%cn', `${moved}..${commit}`)
  expect(log.split('\n')).toEqual([
    'Bob|one|headgate',
    'Eve|three|headgate',
    'Eve|empty from the start|headgate',
  ])
  expect(await show(sha(`${commit}^`), '%B')).toBe('three\n\nwith a body')
  expect(await show(sha(`${commit}^`), '%at')).toBe(
    await origin.git('log', '-1', '--format=%at', `${member.source}^`),
  )
  await origin.git('checkout', '--quiet', '--detach', member.source)
  await origin.git('rebase', '--quiet', moved)
  expect(await origin.git('rev-parse', 'HEAD^{tree}')).toBe(tree)
})

test('the same recipe gives the same commit, in another mirror as well', async () => {
  const member = await origin.pull(10, [[{ 'd.txt': 'd\n' }, 'd', 'Bob']])
  for (const method of ['merge', 'squash', 'rebase'] as const) {
    const one = await combined(recipe(method, [member]))
    expect(await combined(recipe(method, [member]))).toEqual(one)
    expect(await combined(recipe(method, [member]), origin.mirrorHere({}, `other-${method}`))).toEqual(one)
  }
})

test('several members form a chain in their order', async () => {
  const first = await origin.pull(11, [[{ 'e.txt': 'e\n' }, 'add e', 'Bob']])
  const second = await origin.pull(12, [[{ 'f.txt': 'f\n' }, 'add f', 'Eve']])
  const { commit } = await combined({ ...recipe('squash', [first, second]), titles: [] })
  const log = await origin.inMirror('log', '--format=%s', `${origin.base}..${commit}`)
  expect(log.split('\n')).toEqual(['add f (#12)', 'add e (#11)'])
  const merged = await combined(recipe('merge', [first, second]))
  expect(await show(merged.commit, '%P')).toContain(second.source)
  expect(await show(sha(`${merged.commit}^`), '%P')).toBe(`${origin.base} ${first.source}`)
})

test('a conflict names the files and says what to do', async () => {
  await origin.git('checkout', '--quiet', '--detach', origin.base)
  const moved = await origin.commit({ 'a.txt': 'mine\na2\na3\n' })
  await origin.git('push', '--quiet', 'origin', 'HEAD:refs/heads/other')
  const member = await origin.pull(13, [[{ 'a.txt': 'yours\na2\na3\n', 'ok.txt': '' }, 'x']])
  for (const method of ['merge', 'squash', 'rebase'] as const)
    expect(
      await origin.mirror.combine({ ...recipe(method, [member], moved), branch: 'other' }),
    ).toMatchObject(
      E.right({
        _tag: 'Conflict',
        pr: 13,
        text: expect.stringMatching(
          /#13 conflicts with other in a\.txt.*Rebase it on other, or merge other into it/,
        ) as string,
      }),
    )
})

test('a conflict between members blames the later one', async () => {
  const one = await origin.pull(14, [[{ 'a.txt': 'one\na2\na3\n' }, 'x']])
  const two = await origin.pull(15, [[{ 'a.txt': 'two\na2\na3\n' }, 'x']])
  expect(await origin.mirror.combine(recipe('merge', [one, two]))).toMatchObject(
    E.right({ _tag: 'Conflict', pr: 15, text: expect.stringContaining('with #14 on it') as string }),
  )
})

test('what the branch has already, and what has no common history, can not be combined', async () => {
  const same = { pr: prNumber(16), source: origin.base }
  expect(await origin.mirror.combine(recipe('merge', [same]))).toMatchObject(
    E.right({ _tag: 'Conflict', pr: 16 }),
  )
  await origin.git('checkout', '--quiet', '--orphan', 'alien')
  await origin.git('rm', '-r', '--quiet', '--force', '.')
  const alien = await origin.commit({ 'z.txt': 'z\n' }, 'alien')
  await origin.git('push', '--quiet', 'origin', 'HEAD:refs/pull/17/head')
  expect(await origin.mirror.combine(recipe('merge', [{ pr: prNumber(17), source: alien }]))).toMatchObject(
    E.right({ _tag: 'Conflict', text: expect.stringContaining('no common history') as string }),
  )
  // A rebase needs no common history: the root commit is replayed like any other.
  const { tree } = await combined(recipe('rebase', [{ pr: prNumber(17), source: alien }]))
  expect((await origin.inMirror('ls-tree', '--name-only', tree)).split('\n')).toContain('z.txt')
})

test('merges inside a pull request are left out of its rebase, their changes are not', async () => {
  await origin.git('checkout', '--quiet', '--detach', origin.base)
  const moved = await origin.commit({ 'b.txt': 'B1\nb2\nb3\n' }, 'main moved')
  await origin.git('push', '--quiet', '--force', 'origin', 'HEAD:refs/heads/moved2')
  await origin.git('checkout', '--quiet', '--detach', origin.base)
  await origin.commit({ 'g.txt': 'g\n' }, 'g', 'Bob')
  await origin.git('merge', '--quiet', '--no-edit', moved)
  const source = sha(await origin.git('rev-parse', 'HEAD'))
  await origin.git('push', '--quiet', 'origin', 'HEAD:refs/pull/18/head')
  const wish = { ...recipe('rebase', [{ pr: prNumber(18), source }], moved), branch: 'moved2' }
  const { commit } = await combined(wish)
  expect((await origin.inMirror('log', '--format=%s', `${moved}..${commit}`)).split('\n')).toEqual(['g'])
})
