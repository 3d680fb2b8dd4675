import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { expect, onTestFinished, test, vi } from 'vitest'
import { BranchStateCodec, epochMs, isQuiet, SortedMap, type Effect, type Event } from '@headgate/core'
import { makeActor, type Actor, type ActorDeps, type Step } from '../../src/shell/actor.js'
import { makeClock } from '../../src/shell/clock.js'
import { silentLog } from '../../src/shell/log.js'
import { openJournal, type BranchJournal } from '../../src/store/journal.js'
import { answer, NAME, POLICY, pullRequest, right, scratch } from '../support/states.js'

interface Stage {
  readonly actor: Actor
  readonly acted: Effect[]
  readonly steps: Step[]
  readonly problems: unknown[]
}

const act = answer([pullRequest(1), pullRequest(2, { author: 'stranger' })])

const stage = (journal: BranchJournal, more: Partial<ActorDeps> = {}): Stage => {
  const [acted, steps, problems]: [Effect[], Step[], unknown[]] = [[], [], []]
  const actor = makeActor({
    name: NAME,
    journal,
    policy: POLICY,
    interpret: (effect) => {
      acted.push(effect)
      return Promise.resolve(act(effect, 2000))
    },
    clock: makeClock(() => 2000),
    log: silentLog,
    onStep: (step) => steps.push(step),
    onFatal: (problem) => problems.push(problem),
    ...more,
  })
  onTestFinished(() => actor.stop(0))
  return { actor, acted, steps, problems }
}

const journalIn = (file: string): BranchJournal => {
  const journal = right(openJournal(file))
  onTestFinished(() => journal.close())
  return right(journal.branch(NAME, POLICY))
}

test('a started branch reads, tests what may be tested and tells what it decided', async () => {
  const { actor, acted, steps } = stage(journalIn(join(scratch(), 'j')))
  actor.start()
  await vi.waitFor(() => expect(acted.map((e) => e._tag)).toContain('SubmitTestBatch'))
  await vi.waitFor(() => expect(actor.isIdle()).toBe(true))
  expect(acted.filter((e) => e._tag === 'PrepareCommit')).toHaveLength(1)
  const told = steps.flatMap((step) => step.decisions.map((d) => d.text))
  expect(told).toContain('#1 is tested on bbbbbbb in batch 7: merge candidate.')
  expect(told.some((text) => text.startsWith('#2 is held back: stranger is not a known developer'))).toBe(
    true,
  )
  expect(actor.decisions(100).map((d) => d.text)).toEqual([...told].reverse())
  expect(SortedMap.size(actor.state().runs)).toBe(1)
})

test('a stop keeps the state as it is then, so that a newer program need not replay what led to it', async () => {
  const journal = journalIn(join(scratch(), 'j'))
  const kept: Array<readonly [number, unknown]> = []
  const { actor, steps } = stage({
    ...journal,
    keepSnapshot: (seq, state) => {
      kept.push([seq, state])
      return journal.keepSnapshot(seq, state)
    },
  })
  actor.start()
  await vi.waitFor(() => expect(actor.isIdle() && steps.length > 0).toBe(true))
  await actor.stop(1000)
  await actor.stop(1000)
  expect(kept).toEqual([[actor.state().seq, actor.state()]])
})

test('journal first: an effect starts only when the event that led to it is on disk', async () => {
  const journal = journalIn(join(scratch(), 'j'))
  const order: string[] = []
  const { actor } = stage(
    {
      ...journal,
      append: (entries) => {
        const written = journal.append(entries)
        order.push(...entries.map((entry) => `written ${entry.event._tag}`))
        return written
      },
    },
    {
      interpret: (effect) => {
        order.push(`act ${effect._tag}`)
        return new Promise<Event>(() => undefined)
      },
    },
  )
  actor.start()
  await vi.waitFor(() => expect(order).toContain('act ReadBranch'))
  expect(order[0]).toBe('written ServiceStarted')
})

test('what was in flight at a crash is acted on again, with the same id', async () => {
  const file = join(scratch(), 'j')
  const first = right(openJournal(file))
  const stuck = stage(right(first.branch(NAME, POLICY)), {
    interpret: (effect) => {
      stuckEffects.push(effect)
      return new Promise<Event>(() => undefined)
    },
  })
  const stuckEffects: Effect[] = []
  stuck.actor.start()
  await vi.waitFor(() => expect(stuckEffects.length).toBeGreaterThan(0))
  await stuck.actor.stop(0)
  const before = BranchStateCodec.encode(stuck.actor.state())
  first.close()

  const { actor, acted } = stage(journalIn(file))
  expect(BranchStateCodec.encode(actor.state())).toEqual(before)
  actor.start()
  await vi.waitFor(() => expect(acted.map((e) => e._tag)).toContain('SubmitTestBatch'))
  expect(
    acted
      .slice(0, stuckEffects.length)
      .map((e) => e.id)
      .sort(),
  ).toEqual(stuckEffects.map((e) => e.id).sort())
})

test('a journal that cannot be written stops the branch before it acts', async () => {
  const journal = journalIn(join(scratch(), 'j'))
  const broken = { code: 'journal-write', sentence: 'full', place: 'j', remedy: 'room' }
  const { actor, acted, problems } = stage({ ...journal, append: () => E.left(broken) })
  actor.start()
  const told = await actor.tell({ _tag: 'BranchUnfrozen', at: epochMs(1), by: 'ada' })
  expect(told).toEqual(E.left('stopped'))
  expect(problems).toEqual([broken])
  expect(acted).toEqual([])
  expect(await actor.tell({ _tag: 'BranchUnfrozen', at: epochMs(1), by: 'ada' })).toEqual(E.left('stopped'))
})

test('an interpreter that breaks its promise is a failed effect, not a crash', async () => {
  const journal = journalIn(join(scratch(), 'j'))
  const seen: Event[] = []
  const { actor } = stage(
    {
      ...journal,
      append: (entries) => {
        seen.push(...entries.map((entry) => entry.event))
        return journal.append(entries)
      },
    },
    { interpret: () => Promise.reject(new Error('defect')) },
  )
  actor.start()
  await vi.waitFor(() => expect(seen.map((e) => e._tag)).toContain('EffectFailed'))
  expect(seen.find((e) => e._tag === 'EffectFailed')).toMatchObject({
    failure: { kind: 'unknown', text: 'defect' },
  })
})

test('a policy that differs from the stored one arrives as an event', async () => {
  const policy = { ...POLICY, maxTestRuns: 1 }
  const { actor, steps } = stage(journalIn(join(scratch(), 'j')), { policy })
  actor.start()
  await vi.waitFor(() => expect(steps.length).toBeGreaterThan(0))
  expect(actor.state().policy.maxTestRuns).toBe(1)
  expect(actor.decisions(100).map((d) => d.text)).toContain('The policy was changed by configuration.')
})

test('operators are answered when their word is on disk, and a stopped branch takes no more', async () => {
  const quiet = answer([])
  const { actor } = stage(journalIn(join(scratch(), 'j')), {
    interpret: (e) => Promise.resolve(quiet(e, 2000)),
  })
  actor.start()
  await actor.tell({ _tag: 'BranchFrozen', at: epochMs(2000), by: 'ada', reason: 'lunch' })
  expect(actor.state().frozen).toMatchObject({ value: { reason: 'lunch' } })
  await vi.waitFor(() => expect(isQuiet(actor.state())).toBe(true))
  await actor.stop(1000)
  actor.hint({ _tag: 'TimeAdvanced', at: epochMs(3000) })
  expect(actor.isIdle()).toBe(true)
})
