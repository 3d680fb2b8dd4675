/** Plays a list of moves against the core and the world, checking every guarantee after every step. */
import * as fc from 'fast-check'
import { none } from 'fp-ts/lib/Option.js'
import {
  defaultPolicy,
  epochMs,
  explain,
  initialState,
  inFlightEffects,
  isQuiet,
  nextWakeAt,
  prNumber,
  reduce as realReduce,
  sha,
  SortedMap,
  stepViolations,
  violations,
  type BranchState,
  type Effect,
  type Event,
  type Policy,
} from '@headgate/core'
import { isSome } from 'fp-ts/lib/Option.js'
import { failed, newWorld, perform, type World } from './world.js'

export type Move =
  | { readonly do: 'open'; readonly author: 'ada' | 'stranger'; readonly approved: boolean }
  | { readonly do: 'push'; readonly pr: number }
  | { readonly do: 'shareSource'; readonly pr: number }
  | {
      readonly do:
        | 'approve'
        | 'unapprove'
        | 'close'
        | 'toggleWip'
        | 'toggleHigh'
        | 'toggleDoNotTest'
        | 'authorize'
        | 'retry'
      readonly pr: number
    }
  | { readonly do: 'lint'; readonly pr: number; readonly state: 'SUCCESS' | 'FAILURE' | 'PENDING' }
  | { readonly do: 'conflict' | 'breakBuildFile'; readonly pr: number }
  | { readonly do: 'finish'; readonly batch: number; readonly as: 'success' | 'failure' | 'cancelled' }
  | { readonly do: 'foreignPush' | 'freeze' | 'unfreeze' | 'retryDeploy' | 'restart' | 'lose-memory' }
  | {
      readonly do: 'answer'
      readonly which: number
      readonly how:
        'ok' | 'transient' | 'unknownBefore' | 'unknownAfter' | 'permanent' | 'twice' | 'never' | 'late'
    }
  | {
      readonly do: 'hint'
      readonly what: 'everything' | 'head' | 'pr' | 'batch' | 'batches'
      readonly which: number
    }
  | { readonly do: 'wait'; readonly seconds: number }

export interface Game {
  state: BranchState
  world: World
  out: Array<Effect>
  late: Array<Event>
  trace: Array<string>
  reduce: typeof realReduce
  policy: Policy
}

export const newGame = (change: Partial<Policy> = {}, reduce: typeof realReduce = realReduce): Game => {
  const policy = { ...defaultPolicy, trustedAuthors: ['ada'], ...change }
  const game: Game = {
    state: initialState({ repository: 'acme/app', branch: 'main' }, policy),
    world: newWorld(),
    out: [],
    late: [],
    trace: [],
    reduce,
    policy,
  }
  feed(game, { _tag: 'ServiceStarted', at: epochMs(game.world.now) })
  return game
}

/** Feeds one event and fails at the first broken guarantee. */
export const feed = (game: Game, event: Event): void => {
  const before = game.state
  const [after, effects] = game.reduce(before, event)
  game.trace.push(`${event._tag} -> ${effects.map((e) => e._tag).join(' ')}`)
  const broken = [...stepViolations(before, after, effects), ...violations(after)]
  if (broken.length > 0)
    throw new Error(
      `${broken.map((b) => `${b.guarantee}: ${b.text}`).join('; ')}\nafter ${JSON.stringify(event)}`,
    )
  game.state = after
  game.out.push(...effects)
}

const nth = <A>(items: ReadonlyArray<A>, n: number): A | undefined =>
  items.length === 0 ? undefined : items[n % items.length]

const prAt = (game: Game, n: number) =>
  nth(
    [...game.world.prs.values()].filter((pr) => pr.open),
    n,
  )

const answerMove = (game: Game, move: Extract<Move, { do: 'answer' }>): void => {
  const effect = nth(game.out, move.which)
  if (effect === undefined) return
  game.out = game.out.filter((e) => e !== effect)
  const { world } = game
  switch (move.how) {
    case 'ok':
      return feed(game, perform(world, effect))
    case 'twice': {
      const event = perform(world, effect)
      feed(game, event)
      return feed(game, event)
    }
    case 'transient':
      return feed(game, failed(world, effect, 'transient'))
    case 'permanent':
      return feed(game, failed(world, effect, effect._tag === 'LandBranch' ? 'transient' : 'permanent'))
    case 'unknownBefore':
      return feed(game, failed(world, effect, 'unknown'))
    case 'unknownAfter':
      perform(world, effect)
      return feed(game, failed(world, effect, 'unknown'))
    case 'late':
      game.late.push(perform(world, effect))
      return
    case 'never':
      return
  }
}

const hintOf = (game: Game, move: Extract<Move, { do: 'hint' }>): Event => {
  const at = epochMs(game.world.now)
  switch (move.what) {
    case 'everything':
      return { _tag: 'GithubHinted', at, concern: { _tag: 'Everything' } }
    case 'head':
      return { _tag: 'GithubHinted', at, concern: { _tag: 'Head' } }
    case 'pr':
      return {
        _tag: 'GithubHinted',
        at,
        concern: { _tag: 'PullRequest', pr: prNumber((move.which % 9) + 1) },
      }
    default:
      return { _tag: 'BatchHinted', at, batchId: none }
  }
}

export const play = (game: Game, move: Move): void => {
  const { world } = game
  const at = epochMs(++world.now)
  const by = 'op'
  switch (move.do) {
    case 'open': {
      const number = world.prs.size + 1
      const source = `s${number}.1`
      world.prs.set(number, {
        number,
        source,
        author: move.author,
        open: true,
        merged: null,
        labels: new Set(),
        decision: move.approved ? 'APPROVED' : 'NONE',
        approved: new Set(move.approved ? [source] : []),
        draft: false,
      })
      return
    }
    case 'answer':
      return answerMove(game, move)
    case 'hint':
      return feed(game, hintOf(game, move))
    case 'wait':
      world.now += move.seconds * 1000
      return feed(game, { _tag: 'TimeAdvanced', at: epochMs(world.now) })
    case 'finish': {
      const batch = nth(
        world.batches.filter((b) => b.state === 'running'),
        move.batch,
      )
      if (batch !== undefined) batch.state = move.as
      return
    }
    case 'foreignPush': {
      const commit = `foreign${++world.counter}`
      world.commits.set(commit, { parents: [world.head], tree: `T-${commit}` })
      world.head = commit
      world.history.push(commit)
      return
    }
    case 'freeze':
      return feed(game, { _tag: 'BranchFrozen', at, by, reason: 'test' })
    case 'unfreeze':
      return feed(game, { _tag: 'BranchUnfrozen', at, by })
    case 'retryDeploy':
      return feed(game, { _tag: 'DeployRetried', at, by })
    case 'restart':
      game.out = [...inFlightEffects(game.state)]
      return feed(game, { _tag: 'ServiceStarted', at })
    case 'lose-memory': {
      const fresh = initialState(game.state.name, game.policy)
      game.out = []
      game.late = []
      game.state = fresh
      return feed(game, { _tag: 'ServiceStarted', at })
    }
    default:
      return playOnPr(game, move, at)
  }
}

const toggle = (set: Set<string>, item: string): void => {
  if (!set.delete(item)) set.add(item)
}

const playOnPr = (
  game: Game,
  move: Extract<Move, { readonly pr: number }>,
  at: ReturnType<typeof epochMs>,
): void => {
  const { world } = game
  const pr = prAt(game, move.pr)
  if (pr === undefined) return
  switch (move.do) {
    case 'push':
      pr.source = `s${pr.number}.${++world.counter + 1}`
      return
    case 'shareSource': {
      const other = prAt(game, move.pr + 1)
      if (other !== undefined) pr.source = other.source
      return
    }
    case 'approve':
      pr.decision = 'APPROVED'
      pr.approved.add(pr.source)
      return
    case 'unapprove':
      pr.decision = 'CHANGES_REQUESTED'
      return
    case 'close':
      pr.open = false
      return
    case 'toggleWip':
      return toggle(pr.labels, 'WIP')
    case 'toggleHigh':
      return toggle(pr.labels, 'prio:high')
    case 'toggleDoNotTest':
      return toggle(pr.labels, 'do-not-test')
    case 'authorize':
      return feed(game, { _tag: 'ShaAuthorized', at, by: 'op', sha: sha(pr.source) })
    case 'retry':
      return feed(game, { _tag: 'TestRetried', at, by: 'op', pr: prNumber(pr.number), batchId: none })
    case 'lint':
      world.foreignChecks.set(pr.source, move.state)
      return
    case 'conflict':
      world.conflicts.add(`${world.head}|${pr.source}`)
      return
    case 'breakBuildFile':
      world.brokenBuildFile.add(pr.source)
      return
  }
}

/** No more faults: everything is answered, batches end, time passes, until nothing is under way. Returns the steps it took. */
export const settleDown = (
  game: Game,
  verdict: (commit: string) => 'success' | 'failure' = () => 'success',
): number => {
  game.late.splice(0).forEach((event) => feed(game, event))
  feed(game, { _tag: 'BranchUnfrozen', at: epochMs(++game.world.now), by: 'op' })
  feed(game, { _tag: 'ServiceStarted', at: epochMs(++game.world.now) })
  for (let step = 0; step < 5000; step++) {
    game.world.now += 1
    const effect = game.out.shift()
    if (effect !== undefined) {
      feed(game, perform(game.world, effect))
      continue
    }
    const running = game.world.batches.filter((b) => b.state === 'running')
    if (running.length > 0) {
      running.forEach((b) => (b.state = verdict(b.commit)))
      feed(game, { _tag: 'BatchHinted', at: epochMs(game.world.now), batchId: none })
      continue
    }
    if (isQuiet(game.state)) return step
    const wake = nextWakeAt(game.state)
    if (isSome(wake)) game.world.now = Math.max(game.world.now + 1, wake.value)
    feed(game, { _tag: 'TimeAdvanced', at: epochMs(game.world.now) })
  }
  throw new Error(`never settles:\n${game.trace.slice(-40).join('\n')}`)
}

/** Open pull requests that nothing but the gate itself holds back, after everything settled. */
export const stuck = (game: Game): ReadonlyArray<string> =>
  SortedMap.keysArray(game.state.pullRequests).flatMap((number) => {
    const holds = explain(game.state, number)
    return holds.length === 0 || holds.every((h) => h.clearedBy === 'headgate')
      ? [`#${number}: ${holds.map((h) => h.code).join(', ') || 'nothing holds it'}`]
      : []
  })

const pr = fc.nat(5)
export const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('open' as const),
      author: fc.constantFrom('ada' as const, 'ada' as const, 'stranger' as const),
      approved: fc.boolean(),
    }),
  },
  {
    weight: 30,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      which: fc.nat(10),
      how: fc.constantFrom(
        'ok' as const,
        'ok' as const,
        'ok' as const,
        'ok' as const,
        'ok' as const,
        'ok' as const,
        'transient' as const,
        'unknownBefore' as const,
        'unknownAfter' as const,
        'permanent' as const,
        'twice' as const,
        'never' as const,
        'late' as const,
      ),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('hint' as const),
      what: fc.constantFrom('everything' as const, 'head' as const, 'pr' as const, 'batches' as const),
      which: fc.nat(9),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('finish' as const),
      batch: fc.nat(4),
      as: fc.constantFrom(
        'success' as const,
        'success' as const,
        'success' as const,
        'failure' as const,
        'cancelled' as const,
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('wait' as const), seconds: fc.constantFrom(1, 3, 130, 400) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), pr }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'approve' as const,
        'approve' as const,
        'unapprove' as const,
        'close' as const,
        'toggleWip' as const,
        'toggleHigh' as const,
        'toggleDoNotTest' as const,
        'authorize' as const,
        'retry' as const,
      ),
      pr,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('conflict' as const, 'breakBuildFile' as const, 'shareSource' as const),
      pr,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('lint' as const),
      pr,
      state: fc.constantFrom('SUCCESS' as const, 'FAILURE' as const, 'PENDING' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'foreignPush' as const,
        'freeze' as const,
        'unfreeze' as const,
        'retryDeploy' as const,
        'restart' as const,
        'lose-memory' as const,
      ),
    }),
  },
)
