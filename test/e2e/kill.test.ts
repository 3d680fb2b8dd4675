import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runAndKill, runCli, scratch } from '../support/cli.js'
import { normalized, readReport } from '../support/report.js'

/** Ten with `HEADGATE_KILLS=10`; a handful in the default suite. */
const KILLS = Number(process.env['HEADGATE_KILLS'] ?? 4)
const SEED = Number(process.env['HEADGATE_SEED'] ?? Date.now() % 1_000_000)

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
const chance = (seed: number): (() => number) => {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Chains are many commits and few landings, so that more can be lost at once. */
const STRATEGIES = [
  ['serial', KILLS],
  ['batch', Math.ceil(KILLS / 2)],
  ['speculative', Math.ceil(KILLS / 2)],
  ['adaptive', Math.ceil(KILLS / 2)],
] as const

const title = `%s: kill -9 at %i random moments ends in the same report (HEADGATE_SEED=${SEED})`
test.each(STRATEGIES)(
  title,
  async (strategy, kills) => {
    const undisturbed = scratch()
    const args = [
      'start',
      '--once',
      '--strategy',
      strategy,
      '--state-dir',
      'state',
      '--report',
      'report.json',
    ]
    expect(await runCli(args, undisturbed)).toMatchObject({ status: 0 })

    const dir = scratch()
    const random = chance(SEED)
    const killed: string[] = []
    for (let i = 0; i < kills; i += 1) {
      // The first ones while the sample is being made, the others while the service works.
      const seeding = i < kills / 4
      const ms = Math.floor(random() * (seeding ? 2500 : 3000))
      const ran = await runAndKill(args, dir, ms, seeding ? 'at once' : /watches/)
      expect(ran.stderr, `HEADGATE_SEED=${SEED}`).toBe('')
      killed.push(`${ms} ms: ${ran.stdout.trim().split('\n').at(-1) ?? ''}`)
    }
    const last = await runCli(args, dir)
    expect(last, killed.join('\n')).toMatchObject({ status: 0, stderr: '' })
    console.log(killed.join('\n'))
    const report = readReport(join(dir, 'report.json'))
    expect(normalized(report), `HEADGATE_SEED=${SEED}\n${killed.join('\n')}`).toEqual(
      normalized(readReport(join(undisturbed, 'report.json'))),
    )
    expect(report.landed.every((l) => l.testedSha === l.landedSha)).toBe(true)
  },
  180_000,
)
