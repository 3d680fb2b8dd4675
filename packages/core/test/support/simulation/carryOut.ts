/**
 * Carries out one command in a game. A command whose subject is not there can't be carried out: the answer is why not,
 * and nothing has changed. That makes every subsequence of a list of commands a legal game, which is what shrinking
 * needs; a trace that somebody wrote is held to carry out each of its lines.
 */
import { none } from 'fp-ts/lib/Option.js'
import { batchId, epochMs, inFlightEffects, initialState, prNumber, sha, type Event } from '@headgate/core'
import { feed, type Game } from './game.js'
import { newJudge } from './judge.js'
import { changeForge } from './forge.js'
import { endBatches } from './batches.js'
import { kinds, type Command } from './phrases.js'
import { answer, arrive, carryOutAll } from './host.js'
import { settle } from './settle.js'
import { changePolicy } from './policy.js'
import { pass, passAtOnce } from './time.js'

/** Why a command could not be carried out. */
export type Impossible = string | undefined

const operator = 'op'

const operate = (game: Game, event: Event): Impossible => {
  feed(game, event)
  return undefined
}

const hint = (game: Game, concern: Extract<Event, { _tag: 'GithubHinted' }>['concern']): Impossible =>
  operate(game, { _tag: 'GithubHinted', at: epochMs(game.world.now), concern })

const onPr = (game: Game, number: number, f: (source: string) => Impossible): Impossible => {
  const pr = game.world.prs.get(number)
  return pr === undefined ? `there is no #${number}` : f(pr.source)
}

const start = (game: Game, changes: string): Impossible => {
  if (game.state.seq > 0) return 'the service runs already'
  const policy = changePolicy(game.policy, changes)
  if (typeof policy === 'string') return policy
  game.policy = policy
  game.judge = newJudge(policy)
  game.state = initialState(game.state.name, policy)
  return operate(game, { _tag: 'ServiceStarted', at: epochMs(game.world.now) })
}

const restart = (game: Game): Impossible => {
  game.out = [...inFlightEffects(game.state)]
  return operate(game, { _tag: 'ServiceStarted', at: epochMs(game.world.now) })
}

const loseMemory = (game: Game): Impossible => {
  game.out = []
  game.late = []
  game.state = initialState(game.state.name, game.policy)
  if (game.judge !== null) game.judge = newJudge(game.policy, game.world.landings.length)
  return operate(game, { _tag: 'ServiceStarted', at: epochMs(game.world.now) })
}

const setPolicy = (game: Game, changes: string): Impossible => {
  const policy = changePolicy(game.state.policy, changes)
  return typeof policy === 'string'
    ? policy
    : operate(game, { _tag: 'PolicyChanged', at: epochMs(game.world.now), by: operator, policy })
}

const setWaiting = (game: Game, change: (waits: Game['waits']) => void): Impossible => {
  change(game.waits)
  return undefined
}

const setHooks = (game: Game, hooks: boolean): Impossible => {
  game.hooks = hooks
  return undefined
}

const host = (game: Game, command: Command): Impossible | null => {
  switch (command.do) {
    case 'start':
      return start(game, '')
    case 'start with {changes}':
      return start(game, command.changes)
    case 'policy: {changes}':
      return setPolicy(game, command.changes)
    case 'restart':
      return restart(game)
    case 'memory is lost':
      return loseMemory(game)
    case '{duration} pass':
      return pass(game, command.duration)
    case '{duration} pass at once':
      return passAtOnce(game, command.duration)
    case 'hooks are lost':
      return setHooks(game, false)
    case 'hooks are delivered':
      return setHooks(game, true)
    case 'orders wait':
      return setWaiting(game, (waits) => kinds.forEach((kind) => waits.add(kind)))
    case 'orders are carried out':
      return setWaiting(game, (waits) => waits.clear())
    case '{kind} orders wait':
      return setWaiting(game, (waits) => waits.add(command.kind))
    case '{kind} orders are carried out':
      return setWaiting(game, (waits) => waits.delete(command.kind))
    case '{order} {outcome}':
      return answer(game, command.order, command.outcome)
    case 'the late answer to {order} arrives':
      return arrive(game, command.order)
    case 'faults stop':
      return settle(game)
    case 'show the queue':
    case 'show the branch':
      return undefined
    default:
      return null
  }
}

const hook = (game: Game, command: Command): Impossible | null => {
  const at = epochMs(game.world.now)
  switch (command.do) {
    case 'hook: #{pr}':
      return hint(game, { _tag: 'PullRequest', pr: prNumber(command.pr) })
    case 'hook: checks of #{pr}':
      return onPr(game, command.pr, (source) => hint(game, { _tag: 'Checks', sha: sha(source) }))
    case 'hook: the head':
      return hint(game, { _tag: 'Head' })
    case 'hook: everything':
      return hint(game, { _tag: 'Everything' })
    case 'hook: batch {batch}':
      return operate(game, {
        _tag: 'BatchHinted',
        at,
        batchId: { _tag: 'Some', value: batchId(command.batch) },
      })
    case 'hook: the batches':
      return operate(game, { _tag: 'BatchHinted', at, batchId: none })
    default:
      return null
  }
}

const decide = (game: Game, command: Command): Impossible | null => {
  const by = { at: epochMs(game.world.now), by: operator }
  switch (command.do) {
    case 'authorize #{pr}':
      return onPr(game, command.pr, (source) =>
        operate(game, { _tag: 'ShaAuthorized', ...by, sha: sha(source) }),
      )
    case 'freeze: {text}':
      return operate(game, { _tag: 'BranchFrozen', ...by, reason: command.text })
    case 'unfreeze':
      return operate(game, { _tag: 'BranchUnfrozen', ...by })
    case 'retry #{pr}':
      return operate(game, { _tag: 'TestRetried', ...by, pr: prNumber(command.pr), batchId: none })
    case 'retry #{pr} from batch {batch}': {
      if (!game.world.batches.some((b) => b.id === command.batch && b.pr === command.pr))
        return `#${command.pr} has no batch ${command.batch}`
      const upTo = { _tag: 'Some', value: batchId(command.batch) } as const
      return operate(game, { _tag: 'TestRetried', ...by, pr: prNumber(command.pr), batchId: upTo })
    }
    case 'retry the test of the head':
      return operate(game, { _tag: 'HeadTestRetried', ...by })
    case 'retry the deploy':
      return operate(game, { _tag: 'DeployRetried', ...by })
    default:
      return null
  }
}

/** A change of the world, and the hook that tells of it. */
const change = (game: Game, command: Command): Impossible => {
  const changed = changeForge(game.world, command) ?? endBatches(game.world, command)
  if (changed === null) return 'nobody knows how'
  if (typeof changed === 'string') return changed
  if (game.hooks) changed.forEach((tell) => carryOut(game, tell))
  return undefined
}

const rooms = [host, hook, decide]

/** What may be said before the service starts. */
const isPreparation = (command: Command): boolean =>
  command.do.startsWith('start') || command.do.startsWith('hooks ') || command.do.includes('orders ')

export const carryOut = (game: Game, command: Command): Impossible => {
  if (game.state.seq === 0 && !isPreparation(command)) return 'the service has not started'
  game.world.now += 1
  const done = rooms.reduce<Impossible | null>(
    (answered, room) => (answered === null ? room(game, command) : answered),
    null,
  )
  const impossible = done === null ? change(game, command) : done
  if (impossible === undefined) carryOutAll(game)
  else game.world.now -= 1
  return impossible
}
