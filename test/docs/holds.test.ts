/** docs/reference/holds.md says of every hold what the code says; and a table that says something else is caught. */
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { clearing, explainBranch, Hold, HoldCode, nextFor, prNumber } from '@headgate/core'
import { landing, shown } from '../../packages/core/test/support/holds.js'
import { isSome, none } from 'fp-ts/lib/Option.js'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const page = readFileSync(join(root, 'docs/reference/holds.md'), 'utf8')

/** The rows of tables with this many columns, cells without back ticks; head and rule left out. */
const rowsOf = (text: string, columns: number): ReadonlyArray<ReadonlyArray<string>> =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
    .filter((cells) => cells.length === columns)

/** What the code says, without what is prose: code, fields of the evidence, who clears it by which fact, what is awaited. */
const rowOf = (code: HoldCode): ReadonlyArray<string> => {
  const { reason } = shown(code)
  const { _tag, ...evidence } = Hold.encode(reason.evidence)
  const { by, when } = clearing[code]
  return [_tag, Object.keys(evidence).join(', ') || '–', `${by}: ${when}`, reason.wait.awaited._tag]
}

const codes = Object.keys(HoldCode.keys) as ReadonlyArray<HoldCode>

const told = (text: string) => rowsOf(text, 5).map(([code, , ...rest]) => [code, ...rest])

test('every hold is in the table, once, with its evidence, who clears it, and what is awaited', () => {
  expect(told(page)).toEqual(codes.map(rowOf))
  for (const [, meaning] of rowsOf(page, 5)) expect(meaning).toMatch(/\w/)
})

test('everything that can be awaited is in the table', () => {
  const { state } = landing().game
  const lands = nextFor({ ...state, landing: none }, prNumber(1))
  const tags = [
    ...codes.map((code) => shown(code).reason.wait.awaited._tag),
    ...(isSome(lands) ? [lands.value.awaited._tag] : []),
    explainBranch(shown('NotMergeableBranch').story.game.state).next.awaited._tag,
  ]
  expect(tags).toContain('Poll')
  expect(new Set(rowsOf(page, 4).map(([tag]) => tag))).toEqual(new Set(tags))
})

test('a table that tells the wrong person is caught', () => {
  const wrong = page.replace('operator: `BranchUnfrozen`', 'author: `BranchUnfrozen`')
  expect(wrong).not.toBe(page)
  expect(told(wrong)).not.toEqual(codes.map(rowOf))
})
