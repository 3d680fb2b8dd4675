/** Chains of several pull requests on real git: the commit of each depends on nothing but the one before it and its source. */
import type { Member, MergeMethod, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Recipe } from '../../src/mirror/combine.js'
import { makeOrigin, type Origin } from '../support/origin.js'

const METHODS = ['merge', 'squash', 'rebase'] as const

let origin: Origin
let a: Member
let b: Member
let c: Member
beforeAll(async () => {
  origin = await makeOrigin()
  a = await origin.pull(1, [[{ 'a.txt': 'A1\na2\na3\n' }, 'a one', 'Bob']])
  b = await origin.pull(2, [
    [{ 'a.txt': 'a1\na2\nA3\n' }, 'b one', 'Eve'],
    [{ 'c.txt': 'c\n' }, 'b two', 'Bob'],
  ])
  c = await origin.pull(3, [[{ 'b.txt': 'B1\nb2\nb3\n' }, 'c one', 'Eve']])
})
afterAll(() => origin.remove())

const recipe = (
  method: MergeMethod,
  members: ReadonlyArray<Member>,
  base: Sha = origin.base,
  branch = 'main',
): Recipe => ({ branch, base, members, method, titles: members.map(({ pr }) => `Change (#${pr})`) })

const combined = async (wish: Recipe, mirror = origin.mirror) => {
  const made = await mirror.combine(wish)
  if (E.isLeft(made)) throw new Error(made.left.text)
  if (made.right._tag === 'Conflict') throw new Error(made.right.text)
  return made.right
}

/** Puts a commit of the mirror on a branch of the origin, as a landing does. */
const land = (commit: Sha, branch: string) =>
  origin.inMirror('push', '--quiet', origin.bare, `${commit}:refs/heads/${branch}`)

test.each(METHODS)('%s: chains that begin alike share their commits', async (method) => {
  const [first, second, third] = [
    await combined(recipe(method, [a])),
    await combined(recipe(method, [a, b])),
    await combined(recipe(method, [a, b, c])),
  ]
  expect(first.chain).toEqual([first.commit])
  expect(second.chain).toEqual([first.commit, second.commit])
  expect(third.chain).toEqual([first.commit, second.commit, third.commit])
  expect(new Set(third.chain).size).toBe(3)
  // In another order everything but the base is another.
  const other = await combined(recipe(method, [b, a]))
  expect(third.chain).not.toContain(other.chain[0])
  expect(other.tree).toBe(second.tree)
})

test.each(METHODS)(
  '%s: what is behind a pull request is the same whether that has landed or not',
  async (method) => {
    const whole = await combined(recipe(method, [a, b, c]))
    const [landed, ...rest] = whole.chain
    if (landed === undefined) throw new Error('no chain')
    const branch = `landed-${method}`
    await land(landed, branch)
    // A mirror that has never seen the chain, as after a move to another machine, and the one that made it.
    for (const mirror of [origin.mirror, origin.mirrorHere({}, `afterwards-${method}`)]) {
      const behind = await combined(recipe(method, [b, c], landed, branch), mirror)
      expect(behind).toEqual({ ...whole, chain: rest })
    }
  },
)

test.each(METHODS)('%s: twice is the same, in another mirror as well', async (method) => {
  const once = await combined(recipe(method, [a, b, c]))
  expect(await combined(recipe(method, [a, b, c]))).toEqual(once)
  expect(await combined(recipe(method, [a, b, c]), origin.mirrorHere({}, `second-mirror-${method}`))).toEqual(
    once,
  )
})

test.each(METHODS)('%s: a title that changed is another commit, and so is all behind it', async (method) => {
  const before = await combined(recipe(method, [a, b]))
  const after = await combined({ ...recipe(method, [a, b]), titles: ['Renamed (#1)', 'Change (#2)'] })
  expect(after.tree).toBe(before.tree)
  // A rebase keeps the messages that are there.
  if (method === 'rebase') expect(after).toEqual(before)
  else expect(after.chain.some((commit) => before.chain.includes(commit))).toBe(false)
})

test.each(METHODS)('%s: a conflict inside a chain names its culprit, wherever it stands', async (method) => {
  const clash = await origin.pull(4, [[{ 'b.txt': 'X1\nb2\nb3\n' }, 'clash', 'Eve']])
  const culprit = async (members: ReadonlyArray<Member>) => {
    const made = await origin.mirror.combine(recipe(method, members))
    return E.isRight(made) && made.right._tag === 'Conflict' ? made.right : undefined
  }
  expect(await culprit([a, c, clash])).toMatchObject({
    pr: 4,
    // What to do about it only a test on the branch itself can say: the others may never land.
    text: expect.stringMatching(/^#4 conflicts with main with #1, #3 on it in b\.txt[^.]*\.$/) as string,
  })
  expect(await culprit([a, c, clash, b])).toMatchObject({ pr: 4 })
  expect(await culprit([clash, a, c])).toMatchObject({ pr: 3 })
  expect(await culprit([a, clash, b])).toBeUndefined()
})

test.each(['squash', 'rebase'] as const)(
  '%s: what a chain has already makes its second bearer the culprit',
  async (method) => {
    const twin = await origin.pull(5, [[{ 'a.txt': 'A1\na2\na3\n' }, 'the same again', 'Eve']])
    const made = await origin.mirror.combine(recipe(method, [a, c, twin]))
    expect(made).toMatchObject(
      E.right({ _tag: 'Conflict', pr: 5, text: expect.stringContaining('has nothing that main') as string }),
    )
  },
)

test.each(METHODS)(
  '%s: a pull request on top of another one is built with it, and on it when it has landed',
  async (method) => {
    const upper = await origin.pull(6, [[{ 'd.txt': 'd\n' }, 'upper', 'Eve']], a.source)
    const whole = await combined(recipe(method, [a, upper]))
    const names = (await origin.inMirror('ls-tree', '--name-only', whole.commit)).split('\n')
    expect(names).toContain('d.txt')
    const [landed] = whole.chain
    if (landed === undefined) throw new Error('no chain')
    await land(landed, `stack-${method}`)
    const behind = await combined(recipe(method, [upper], landed, `stack-${method}`))
    expect([behind.commit, behind.tree]).toEqual([whole.commit, whole.tree])
  },
)
