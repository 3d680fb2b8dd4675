import { afterAll, expect, test } from 'vitest'
import { mergedTree } from '../../../src/local/git/merge.js'
import { commit, git, temporary } from '../support.js'

const world = await temporary()
afterAll(() => world.remove())

test('merges asked for together answer as each would alone, and one impossible pair spoils no other', async () => {
  const { dir } = world
  await git(dir, 'init', '--quiet', '--initial-branch=main')
  const base = await commit(dir, { 'a.txt': 'one\n', 'b.txt': 'one\n' }, 'base')
  const side = async (files: Readonly<Record<string, string>>) => {
    await git(dir, 'checkout', '--quiet', '--detach', base)
    return commit(dir, files, 'side')
  }
  const a2 = await side({ 'a.txt': 'two\n' })
  const a3 = await side({ 'a.txt': 'three\n' })
  const b2 = await side({ 'b.txt': 'two\n' })
  const pairs = [
    [a2, a3],
    [a2, b2],
    [b2, a3],
    [a3, a2],
    [base, a2],
  ] as const
  const alone = (ours: string, theirs: string) =>
    git(dir, 'merge-tree', '--write-tree', '--no-messages', ours, theirs).catch(() => null)
  const expected = []
  for (const [ours, theirs] of pairs) expected.push(await alone(ours, theirs))
  expect(expected.map((tree) => tree === null)).toEqual([true, false, false, true, false])

  const gitDir = `${dir}/.git`
  const together = () => pairs.map(([ours, theirs]) => mergedTree(gitDir, ours, theirs))
  expect(await Promise.all(together())).toEqual(expected)

  await git(dir, 'checkout', '--quiet', '--orphan', 'stranger')
  const stranger = await commit(dir, { 'c.txt': 'x\n' }, 'unrelated')
  const mixed = [...together(), mergedTree(gitDir, a2, stranger), mergedTree(gitDir, a2, 'f'.repeat(40))]
  const ended = await Promise.allSettled(mixed)
  expect(ended.slice(0, 6).map((r) => (r.status === 'fulfilled' ? r.value : r.status))).toEqual([
    ...expected,
    null,
  ])
  expect(ended[6]?.status).toBe('rejected')
})
