/** Stories with a fault in them: the same story is told again and again, with the fault at every step of it. */
import { isRight } from 'fp-ts/lib/Either.js'
import { isSome, none, type Option } from 'fp-ts/lib/Option.js'
import {
  BranchStateCodec,
  epochMs,
  explain,
  inFlightEffects,
  isQuiet,
  nextWakeAt,
  prNumber,
  SortedMap,
  type BatchId,
  type Effect,
  type Event,
  type Policy,
} from '@headgate/core'
import { expect } from 'vitest'
import { begin, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { perform, type World, type WorldPr } from '../support/world.js'

export const now = (story: Story) => epochMs(++story.game.world.now)

export const prOf = (story: Story, number: number): WorldPr => {
  const pr = story.game.world.prs.get(number)
  if (pr === undefined) throw new Error(`no #${number}`)
  return pr
}

export const codes = (story: Story, number: number) =>
  explain(story.game.state, prNumber(number)).map((h) => h.code)

/** What landed: pull request, source and base of each landing, as the forge saw it. */
export const landings = (story: Story) => story.game.world.landings.map((l) => [l.pr, l.source, l.base])

/** The webhook about a pull request. */
export const hook = (story: Story, pr: number): void =>
  feed(story.game, {
    _tag: 'GithubHinted',
    at: now(story),
    concern: { _tag: 'PullRequest', pr: prNumber(pr) },
  })

/** The webhook about the branch. */
export const pushHook = (story: Story): void =>
  feed(story.game, { _tag: 'GithubHinted', at: now(story), concern: { _tag: 'Head' } })

/** A new commit on a pull request; nobody has approved it. */
export const push = (story: Story, number: number, source: string): void => {
  prOf(story, number).source = source
}

/** Somebody moves the branch past the gate. */
export const foreignPush = (story: Story, commit: string): void => {
  const { world } = story.game
  world.commits.set(commit, { parents: [world.head], tree: `T-${commit}` })
  world.head = commit
  world.history.push(commit)
}

export const freeze = (story: Story): void =>
  feed(story.game, { _tag: 'BranchFrozen', at: now(story), by: 'op', reason: 'release' })
export const unfreeze = (story: Story): void =>
  feed(story.game, { _tag: 'BranchUnfrozen', at: now(story), by: 'op' })

export const retry = (story: Story, pr: number, batch: Option<BatchId> = none): void =>
  feed(story.game, { _tag: 'TestRetried', at: now(story), by: 'op', pr: prNumber(pr), batchId: batch })

export const changePolicy = (story: Story, change: Partial<Policy>): void => {
  story.game.policy = { ...story.game.policy, ...change }
  feed(story.game, { _tag: 'PolicyChanged', at: now(story), by: 'op', policy: story.game.policy })
}

/** Takes the first ordered effect of this kind out of the story: the test answers it itself. */
export const take = <T extends Effect['_tag']>(story: Story, tag: T): Extract<Effect, { _tag: T }> => {
  const effect = story.game.out.find((e): e is Extract<Effect, { _tag: T }> => e._tag === tag)
  if (effect === undefined) throw new Error(`no ${tag} among ${story.game.out.map((e) => e._tag).join(', ')}`)
  story.game.out = story.game.out.filter((e) => e !== effect)
  return effect
}

/** Carries out what is ordered, but for effects of this kind. */
export const quiesceBut = (story: Story, ...kept: ReadonlyArray<Effect['_tag']>): void => {
  for (;;) {
    const effect = story.game.out.find((e) => !kept.includes(e._tag))
    if (effect === undefined) return
    story.game.out = story.game.out.filter((e) => e !== effect)
    story.done.push(effect)
    feed(story.game, perform(story.game.world, effect))
  }
}

/** Time passes. */
export const pass = (story: Story, seconds: number): void => {
  story.game.world.now += seconds * 1000
  feed(story.game, { _tag: 'TimeAdvanced', at: epochMs(story.game.world.now) })
}

/** What is on disk is read back; what was under way is ordered again. */
export const restart = (story: Story): void => {
  const written = JSON.stringify(BranchStateCodec.encode(story.game.state))
  const read = BranchStateCodec.decode(JSON.parse(written))
  if (!isRight(read)) throw new Error('the state does not decode')
  story.game.state = read.right
  story.game.out = [...inFlightEffects(read.right)]
  feed(story.game, { _tag: 'ServiceStarted', at: now(story) })
}

/** The forge and Batch as they were: what a lagging read is answered from. */
export const past = (world: World): World => structuredClone(world)

export interface Course {
  /** Before each step, with its number. */
  readonly before?: (step: number) => void
  /** How the world answers an effect; the faithful answer unless said otherwise. Several events: it answers more than once. */
  readonly answer?: (effect: Effect) => ReadonlyArray<Event>
  /** How a batch ends. */
  readonly verdict?: (batch: World['batches'][number]) => 'success' | 'failure'
  /** Batch's callback is lost: only polls tell. */
  readonly deaf?: boolean
}

const stepLimit = 2_000

/** Tells the story on, one effect, batch end or alarm at a time, until nothing is under way. Returns the steps taken. */
export const carryOn = (story: Story, course: Course = {}, from = 0): number => {
  const { game } = story
  for (let step = from; step < stepLimit; step++) {
    course.before?.(step)
    game.world.now += 1
    const effect = game.out.shift()
    if (effect !== undefined) {
      story.done.push(effect)
      const events = course.answer?.(effect) ?? [perform(game.world, effect)]
      events.forEach((event) => feed(game, event))
      continue
    }
    const batch = game.world.batches.find((b) => b.state === 'running')
    if (batch !== undefined) {
      batch.state = course.verdict?.(batch) ?? 'success'
      if (course.deaf !== true)
        feed(game, { _tag: 'BatchHinted', at: epochMs(game.world.now), batchId: none })
      continue
    }
    if (isQuiet(game.state)) return step
    const wake = nextWakeAt(game.state)
    if (isSome(wake)) game.world.now = Math.max(game.world.now + 1, wake.value)
    feed(game, { _tag: 'TimeAdvanced', at: epochMs(game.world.now) })
  }
  throw new Error(`never settles:\n${game.trace.slice(-30).join('\n')}`)
}

/** Two polls later: whatever a lost webhook would have said is known. */
export const settle = (story: Story, course: Course = {}): void => {
  for (let i = 0; i < 2; i++) {
    carryOn(story, course)
    pass(story, story.game.policy.durations.pollSeconds + 1)
  }
  carryOn(story, course)
}

export interface Tale {
  readonly policy?: Partial<Policy>
  /** What is there before the first read. */
  readonly scene: (story: Story) => void
  readonly course?: Course
}

/**
 * Tells the tale once undisturbed to count its steps, then once for every step with `fault` before that step, and lets
 * `check` judge each ending. Every guarantee of the core is checked after every event anyhow.
 */
export const atEveryStep = (
  tale: Tale,
  fault: (story: Story) => void,
  check: (story: Story, step: number) => void,
): number => {
  const steps = carryOn(told(tale), tale.course)
  expect(steps).toBeGreaterThan(5)
  for (let at = 0; at <= steps; at++) {
    const story = told(tale)
    carryOn(story, { ...tale.course, before: (step) => (step === at ? fault(story) : undefined) })
    settle(story, tale.course)
    try {
      check(story, at)
    } catch (cause) {
      throw new Error(`with the fault at step ${at} of ${steps}:\n${story.game.trace.join('\n')}`, { cause })
    }
  }
  return steps
}

const told = (tale: Tale): Story => {
  const story = begin(tale.policy)
  tale.scene(story)
  return story
}

/** What onlookers can see in the end: the branch, what landed, our word on each open pull request, what was deployed. */
export const ending = ({ game }: Story) => ({
  head: game.world.head,
  landed: game.world.landings.map((l) => `${l.pr}:${l.source}`),
  open: SortedMap.valuesArray(game.state.pullRequests).map((pr) => [
    pr.snapshot.number,
    pr.snapshot.source,
    game.world.statuses.get(pr.snapshot.source),
    explain(game.state, pr.snapshot.number).map((h) => h.code),
  ]),
})
