/** No more faults: everything is answered, batches end, time passes, until nothing is under way. Then everything must be well. */
import { isSome, none } from 'fp-ts/lib/Option.js'
import {
  epochMs,
  explain,
  isQuiet,
  nextWakeAt,
  SortedMap,
  type BranchState,
  type Violation,
} from '@headgate/core'
import { Broken, feed, type Game } from './game.js'
import { perform } from './perform.js'
import { isGood, openPrs } from './world.js'

type Verdict = (commit: string) => 'success' | 'failure'

const bound = 5_000

const endRunning = (game: Game, verdict: Verdict): boolean => {
  const running = game.world.batches.filter((b) => b.state === 'running')
  running.forEach((b) => (b.state = b.kind === 'deploy' ? 'success' : verdict(b.commit)))
  if (running.length > 0) feed(game, { _tag: 'BatchHinted', at: epochMs(game.world.now), batchId: none })
  return running.length > 0
}

const sleep = (game: Game): void => {
  const wake = nextWakeAt(game.state)
  if (isSome(wake)) game.world.now = Math.max(game.world.now + 1, wake.value)
  feed(game, { _tag: 'TimeAdvanced', at: epochMs(game.world.now) })
}

const untilQuiet = (game: Game, verdict: Verdict): number => {
  for (let step = 0; step < bound; step++) {
    game.world.now += 1
    const effect = game.out.shift()
    if (effect !== undefined) feed(game, perform(game.world, effect))
    else if (endRunning(game, verdict)) continue
    else if (isQuiet(game.state)) return step
    else sleep(game)
  }
  throw new Broken([{ guarantee: 'Liveness', text: 'it never settles' }], game.trace.join('\n'))
}

/** Late answers arrive, nothing is frozen, and everything is read twice: a replica may lag at the first time. Returns the steps it took. */
export const settleDown = (game: Game, verdict: Verdict = () => 'success'): number => {
  game.late.splice(0).forEach(({ event }) => feed(game, event))
  feed(game, { _tag: 'BranchUnfrozen', at: epochMs(++game.world.now), by: 'op' })
  feed(game, { _tag: 'ServiceStarted', at: epochMs(++game.world.now) })
  const first = untilQuiet(game, verdict)
  sleep(game)
  return first + untilQuiet(game, verdict)
}

/** Open pull requests that nothing but the gate itself holds back, after everything settled. */
const stuck = (game: Game): ReadonlyArray<string> =>
  SortedMap.keysArray(game.state.pullRequests).flatMap((number) => {
    const holds = explain(game.state, number)
    return holds.length === 0 || holds.every((h) => h.clearedBy === 'headgate')
      ? [`#${number}: ${holds.map((h) => h.code).join(', ') || 'nothing holds it'}`]
      : []
  })

const deployIsMissing = (state: BranchState): boolean =>
  state.policy.deployable &&
  isSome(state.head) &&
  state.head.value.standing._tag === 'Verified' &&
  !(isSome(state.deploy.last) && state.deploy.last.value.sha === state.head.value.sha)

/** What must be true once faults stopped and everything settled. */
const unsettled = ({ state, world, ...game }: Game): ReadonlyArray<Violation> => {
  const known = SortedMap.keysArray(state.pullRequests).join()
  const open = openPrs(world)
    .filter((pr) => pr.merged === null)
    .map((pr) => pr.number)
    .sort((a, b) => a - b)
    .join()
  const head = isSome(state.head) ? state.head.value.sha : 'unknown'
  const rules: ReadonlyArray<readonly [boolean, string, string]> = [
    [head === world.head, 'Liveness', `the head is ${world.head}, it is taken for ${head}`],
    [known === open, 'Liveness', `${open} are open, ${known} are taken to be`],
    [!deployIsMissing(state), 'S5', 'the last head is never deployed'],
  ]
  return [
    ...rules.flatMap(([holds, guarantee, text]) => (holds ? [] : [{ guarantee, text }])),
    ...stuck({ ...game, state, world }).map((text) => ({
      guarantee: 'Liveness',
      text: `${text} waits for nothing`,
    })),
  ]
}

/** The command `faults stop`. */
export const settle = (game: Game): undefined => {
  game.waits.clear()
  settleDown(game, (commit) => (isGood(game.world, commit) ? 'success' : 'failure'))
  const violations = unsettled(game)
  if (violations.length > 0) throw new Broken(violations, 'everything settled')
}
