/**
 * Goal: the properties catch what they are there to catch. Method: for each guarantee a planted fault; the property finds
 * it, writes a short trace, and that trace fails in the same way on the faulty core and passes on the real one.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { afterAll, expect, test } from 'vitest'
import { faults, type Fault } from '../support/simulation/faults.js'
import { brokenLaws } from '../support/simulation/laws.js'
import { assertGames } from '../support/simulation/property.js'
import { parseTrace, playTrace } from '../support/simulation/trace.js'

const found = mkdtempSync(join(tmpdir(), 'headgate-found-'))
afterAll(() => rmSync(found, { recursive: true }))

/** The longest trace that a planted fault may shrink to. */
const mostCommands = 18
const seed = 20_260_103

const lawsFor = ({ guarantee }: Fault) => (guarantee === 'Idempotence' ? brokenLaws : () => [])

const hunt = (fault: Fault): string => {
  try {
    assertGames(
      {
        name: fault.name,
        size: { pullRequests: 6, commands: 120 },
        share: 1,
        options: { reduce: fault.reduce, laws: lawsFor(fault) },
        ending: [{ do: 'faults stop' }],
      },
      { seed, path: undefined, runs: 400, found },
    )
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return ''
}

const guaranteesOf = (text: string, fault: Fault | undefined): ReadonlyArray<string> => {
  const played = playTrace(
    text,
    fault === undefined ? { strict: false } : { reduce: fault.reduce, laws: lawsFor(fault) },
  )
  if (!isRight(played)) throw new Error(played.left)
  return (played.right.broken?.violations ?? []).map((v) => v.guarantee)
}

test.each(faults)('$guarantee: $name', { timeout: 120_000 }, (fault) => {
  const message = hunt(fault)
  expect(message).toContain(`${fault.guarantee}: `)
  expect(message).toMatch(/HEADGATE_SEED=\d+ HEADGATE_PATH=[\d:]+ npx vitest run .* -t '.*'/)
  expect(message).toContain('npm run -s traces -- ')
  const file = readdirSync(found).find((name) => name.startsWith(fault.name.replaceAll(' ', '-')))
  const text = readFileSync(join(found, file ?? ''), 'utf8')
  const blocks = parseTrace(text)
  const commands = isRight(blocks) ? blocks.right.flatMap((block) => block.lines) : []
  expect(commands.length).toBeGreaterThan(0)
  expect(commands.length).toBeLessThanOrEqual(mostCommands)
  expect(guaranteesOf(text, fault)).toContain(fault.guarantee)
  expect(guaranteesOf(text, undefined)).toEqual([])
})
