/** The judge sees what it is there to see: each planted fault is told. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf, outcomeOf } from './judge.js'
import { undisturbed } from './plan.js'
import { play, type Played } from './play.js'
import { LANDING, makeTemplate } from './scenario.js'

const dir = mkdtempSync(join(tmpdir(), 'headgate-judge-'))
let played: Played
beforeAll(async () => {
  const template = await makeTemplate()
  const mode = { landing: 'fast-forward', strategy: 'serial' } as const
  played = await play(template, undisturbed(mode), (p) => {
    cpSync(p.stateDir, dir, { recursive: true })
    return { ...p, stateDir: dir }
  })
  template.remove()
}, 300_000)
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const judged = (report: Played['report'], more: Partial<Played> = {}) =>
  faultsOf({ ...played, ...more, report }, outcomeOf(played.report))

test('a run without faults is right, and lands who must land', () => {
  expect(judged(played.report)).toEqual([])
  expect(played.report.landed.map((l) => l.number).sort()).toEqual(LANDING)
})

test('landed twice, another tree, another source, another head, stuck: each is told', () => {
  const { report } = played
  const [first, ...rest] = report.landed
  if (first === undefined) throw new Error('Nothing landed.')
  const but = (change: object) => ({ ...report, landed: [{ ...first, ...change }, ...rest] })
  const { number } = first
  expect(judged({ ...report, landed: [...report.landed, first] })).toContain(`#${number} landed twice`)
  expect(judged(but({ testedSha: report.base }))).toContain(`#${number} is not what was tested`)
  expect(judged(but({ sourceSha: report.base }))).toContain(`#${number} landed another source`)
  expect(judged({ ...report, head: report.base })).toContain('the service has another head than git')
  expect(judged(report, { stuck: '#1' })).toEqual(['stuck: #1'])
  expect(judged({ ...report, open: [] }).join()).toContain('another end')
})
