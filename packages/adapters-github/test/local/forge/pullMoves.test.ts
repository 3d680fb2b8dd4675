import fc from 'fast-check'
import { expect, test } from 'vitest'
import { introducedBy, moveOf } from '../../../src/local/forge/pullMoves.js'

/** A history: commit i has parents among the earlier ones (its first parent first). */
const history = fc
  .array(fc.tuple(fc.nat(), fc.option(fc.nat(), { nil: undefined })), { minLength: 1, maxLength: 25 })
  .map((picks) =>
    picks.map(([first, second], i) => {
      const parents = i === 0 ? [] : [first % i, ...(second === undefined ? [] : [second % i])]
      return { sha: `c${i}`, parents: [...new Set(parents)].map((p) => `c${p}`) }
    }),
  )

test('every gained commit is introduced by the earliest first-parent commit that reaches it', () => {
  fc.assert(
    fc.property(history, (commits) => {
      const parents = new Map(commits.map((c) => [c.sha, c.parents]))
      const reach = (from: string): ReadonlySet<string> => {
        const seen = new Set<string>()
        const open = [from]
        for (let at = open.pop(); at !== undefined; at = open.pop()) {
          if (!seen.has(at)) open.push(...(parents.get(at) ?? []))
          seen.add(at)
        }
        return seen
      }
      const tip = commits.at(-1)?.sha ?? ''
      const chain: Array<string> = []
      for (let at: string | undefined = tip; at !== undefined; at = parents.get(at)?.[0]) chain.unshift(at)
      const found = introducedBy(commits, tip)
      for (const { sha } of commits) expect(found.get(sha)).toBe(chain.find((c) => reach(c).has(sha)))
    }),
  )
})

const facts = { head: 'h1', base: 'b1', introduced: new Map<string, string>(), headWasOnBase: false }
const pull = { head_sha: 'h0', landing_sha: null }

test('a moved head is a synchronize, a reset one a close, a landed one a merge', () => {
  expect(moveOf(pull, { ...facts, head: 'h0' })).toEqual({ _tag: 'Stays' })
  expect(moveOf(pull, facts)).toEqual({ _tag: 'Synchronized', head: 'h1' })
  expect(moveOf(pull, { ...facts, headWasOnBase: true })).toEqual({ _tag: 'Closed', head: 'h1' })
  expect(moveOf(pull, { ...facts, head: null })).toEqual({ _tag: 'Closed', head: 'h0' })
  expect(moveOf(pull, { ...facts, base: null })).toEqual({ _tag: 'Closed', head: 'h1' })
  const introduced = new Map([
    ['h1', 'm1'],
    ['s1', 's1'],
  ])
  expect(moveOf(pull, { ...facts, introduced })).toEqual({ _tag: 'Merged', head: 'h1', mergeSha: 'm1' })
})

test('a squashed landing is known by the commit that was written for it', () => {
  const introduced = new Map([['s1', 's1']])
  const landing = { head_sha: 'h0', landing_sha: 's1' }
  expect(moveOf(landing, { ...facts, head: 'h0', introduced })).toEqual({
    _tag: 'Merged',
    head: 'h0',
    mergeSha: 's1',
  })
  expect(moveOf(pull, { ...facts, head: 'h0', introduced })).toEqual({ _tag: 'Stays' })
})
