/** Chooses the next command of a random game from what is possible in its world now. */
import { isSome } from 'fp-ts/lib/Option.js'
import { SortedMap } from '@headgate/core'
import type { Game } from './game.js'
import { orderName } from './orders.js'
import { outcomes, type Command, type End, type Outcome } from './phrases.js'
import { appetites, type Appetite, type Swarm } from './swarm.js'
import { isGood, openPrs, type WorldBatch } from './world.js'

/** Throws one die: a natural number below `sides`. */
export type Die = (sides: number) => number

export const dieOf =
  (dice: IterableIterator<number>): Die =>
  (sides) => {
    const next = dice.next()
    return next.done === true ? 0 : next.value % Math.max(1, sides)
  }

const pick = <A>(die: Die, items: ReadonlyArray<A>): A | undefined => items[die(items.length)]

const weighted = <A extends string>(
  die: Die,
  names: ReadonlyArray<A>,
  weights: Readonly<Record<A, number>>,
): A | undefined => {
  const total = names.reduce((sum, name) => sum + weights[name], 0)
  const thrown = die(total)
  const sums = names.reduce<ReadonlyArray<number>>(
    (all, name) => [...all, (all.at(-1) ?? 0) + weights[name]],
    [],
  )
  return names[sums.findIndex((sum) => thrown < sum)]
}

type Choose = (game: Game, swarm: Swarm, die: Die) => Command | undefined

const anyPr = (game: Game, die: Die) => pick(die, openPrs(game.world))

const onPr =
  (choose: (pr: number, die: Die, game: Game) => Command | undefined): Choose =>
  (game, _, die) => {
    const pr = anyPr(game, die)
    return pr === undefined ? undefined : choose(pr.number, die, game)
  }

const open: Choose = ({ world }, swarm, die) => {
  const pr = world.prs.size + 1
  if (pr > swarm.pullRequests) return undefined
  const author = die(4) === 0 ? 'mallory' : 'ada'
  return {
    do: 'open #{pr} by {author}, {review}',
    pr,
    author,
    review: die(3) === 0 ? 'not approved' : 'approved',
  }
}

const share: Choose = (game, _, die) => {
  const pr = anyPr(game, die)
  const other = anyPr(game, die)
  if (pr === undefined || other === undefined || pr === other) return undefined
  return { do: 'push #{pr}, the same commit as #{other}', pr: pr.number, other: other.number }
}

const review = onPr((pr, die): Command => {
  const what = die(6)
  if (what < 4) return { do: 'approve #{pr}', pr }
  return what === 4 ? { do: 'request changes on #{pr}', pr } : { do: 'dismiss the approval of #{pr}', pr }
})

const labels = ['WIP', 'prio:high', 'do-not-test', 'stacked PR', 'rerun all tests']
const label = onPr((pr, die, { world }): Command => {
  const name = pick(die, labels) ?? 'WIP'
  const has = world.prs.get(pr)?.labels.has(name) === true
  return { do: has ? 'unlabel #{pr} "{label}"' : 'label #{pr} "{label}"', pr, label: name }
})

const draft = onPr((pr, _, { world }): Command => ({
  do: world.prs.get(pr)?.draft === true ? 'undraft #{pr}' : 'draft #{pr}',
  pr,
}))

const close: Choose = (game, _, die) => {
  const gone = [...game.world.prs.values()].filter(
    (pr) => pr.merged === null && (!pr.open || pr.elsewhere === true),
  )
  const back = pick(die, gone)
  if (back !== undefined && die(2) === 0) return { do: 'reopen #{pr}', pr: back.number }
  const pr = anyPr(game, die)
  if (pr === undefined) return undefined
  return { do: die(3) === 0 ? 'retarget #{pr}' : 'close #{pr}', pr: pr.number }
}

/** On anything, open or not, and so in circles too. */
const depend: Choose = (game, swarm, die) => {
  const pr = anyPr(game, die)?.number
  if (pr === undefined) return undefined
  return die(4) === 0
    ? { do: '#{pr} depends on nothing', pr }
    : { do: '#{pr} depends on #{other}', pr, other: die(swarm.pullRequests + 1) + 1 }
}

const states = ['SUCCESS', 'SUCCESS', 'SUCCESS', 'SUCCESS', 'FAILURE', 'PENDING', 'NEUTRAL', 'SKIPPED']
const check = onPr((pr, die): Command => {
  const state = pick(die, states) ?? 'SUCCESS'
  const reporter = pick(die, ['robot', 'robot', 'robot', 'mallory', '']) ?? ''
  return reporter === ''
    ? { do: 'check {check} of #{pr} is {state}', pr, check: 'lint', state }
    : { do: 'check {check} of #{pr} is {state}, says {reporter}', pr, check: 'lint', state, reporter }
})

const require: Choose = ({ world }) => ({
  do: world.required.includes('lint') ? 'do not require the check {check}' : 'require the check {check}',
  check: 'lint',
})

const spoil: Choose = (game, _, die) => {
  const pr = anyPr(game, die)?.number
  const other = anyPr(game, die)?.number
  if (pr === undefined || other === undefined) return undefined
  const what = die(5)
  if (what === 0) return { do: '#{pr} conflicts with the head', pr }
  if (what === 1) return { do: '#{pr} breaks build.yaml', pr }
  return what === 2 || pr === other
    ? { do: '#{pr} is bad', pr }
    : { do: '#{pr} and #{other} do not go together', pr, other }
}

const branch: Choose = ({ world }, _, die) => {
  const earlier = world.history.at(-2)
  return earlier !== undefined && die(5) === 0
    ? { do: 'reset the branch to {commit}', commit: earlier }
    : { do: 'push to the branch' }
}

const endOf = (game: Game, batch: WorldBatch, die: Die): End => {
  const luck = die(16)
  if (luck === 0) return 'is cancelled'
  if (luck === 1) return 'fails'
  return batch.kind === 'deploy' || isGood(game.world, batch.commit) ? 'passes' : 'fails'
}

/** Batches end by what is true, but for a few that fail by bad luck. A test of something bad never passes. */
const finish: Choose = (game, _, die) => {
  const running = game.world.batches.filter((b) => b.state === 'running')
  const batch = pick(die, running)
  if (batch === undefined) return undefined
  const what = die(20)
  if (what === 0) return { do: 'batch {batch} is deleted', batch: batch.id }
  if (what === 1) return { do: 'batch {batch} has a failed job', batch: batch.id }
  const end = endOf(game, batch, die)
  const newest = running.filter((b) => b.pr === batch.pr && b.kind === batch.kind).at(-1) === batch
  if (newest && batch.pr !== null) return { do: 'batch of #{pr} {end}', pr: batch.pr, end }
  if (newest && batch.purpose === 'head') return { do: 'batch of the head {end}', end }
  if (newest && batch.kind === 'deploy') return { do: 'deploy {end}', end }
  return { do: 'batch {batch} {end}', batch: batch.id, end }
}

const hook: Choose = ({ world }, swarm, die) => {
  const pr = die(swarm.pullRequests) + 1
  const hooks: ReadonlyArray<Command> = [
    { do: 'hook: #{pr}', pr },
    { do: 'hook: the batches' },
    { do: 'hook: the head' },
    { do: 'hook: everything' },
    ...(world.prs.has(pr) ? [{ do: 'hook: checks of #{pr}', pr } as const] : []),
    ...(world.batches.length > 0
      ? [{ do: 'hook: batch {batch}', batch: die(world.batches.length) + 1 } as const]
      : []),
  ]
  return pick(die, hooks)
}

/** Mostly the oldest order, sometimes any. */
const answer: Choose = (game, swarm, die) => {
  const effect = die(3) > 0 ? game.out[0] : pick(die, game.out)
  const outcome: Outcome | undefined = weighted(die, outcomes, swarm.faults)
  if (effect === undefined || outcome === undefined) return undefined
  return { do: '{order} {outcome}', order: orderName(game.owners, effect), outcome }
}

const late: Choose = (game, _, die) => {
  const answered = pick(die, game.late)
  return (
    answered && { do: 'the late answer to {order} arrives', order: orderName(game.owners, answered.effect) }
  )
}

const durations = [1, 3, 3, 60, 60, 130, 130, 400, 400, 5 * 3600]
const time: Choose = (_, __, die) => ({
  do: die(2) === 0 ? '{duration} pass' : '{duration} pass at once',
  duration: pick(die, durations) ?? 1,
})

const freeze: Choose = ({ state }, _, die) =>
  state.frozen._tag === 'Some' || die(2) === 0
    ? { do: 'unfreeze' }
    : { do: 'freeze: {text}', text: 'a release' }

const retry: Choose = (game, _, die) => {
  // Most is to be seen where there is a result to hide.
  const tested = SortedMap.valuesArray(game.state.pullRequests).filter((pr) => isSome(pr.result))
  const pr = pick(die, tested)?.snapshot.number ?? anyPr(game, die)?.number ?? 1
  const what = die(6)
  if (what === 0) return { do: 'retry the deploy' }
  if (what === 1) return { do: 'retry the test of the head' }
  const batch = game.world.batches.filter((b) => b.pr === pr).at(-1)?.id
  return what === 2 && batch !== undefined
    ? { do: 'retry #{pr} from batch {batch}', pr, batch }
    : { do: 'retry #{pr}', pr }
}

const policyChanges = [
  'maxTestRuns = 1',
  'maxTestRuns = 4',
  'mergeable = no',
  'mergeable = yes',
  'mergeable = yes',
  'trustedAuthors = [ada mallory]',
  'trustedAuthors = [ada]',
  'landing = forge-merge',
  'landing = fast-forward',
  'onDeployFailure = hold',
  'onDeployFailure = continue',
  'requiredChecks = [lint]',
  'requiredChecks = []',
]
const policy: Choose = (_, __, die) => ({ do: 'policy: {changes}', changes: pick(die, policyChanges) ?? '' })

const choices: Readonly<Record<Appetite, Choose>> = {
  open,
  push: onPr((pr): Command => ({ do: 'push #{pr}', pr })),
  share,
  review,
  label,
  draft,
  close,
  depend,
  check,
  require,
  spoil,
  branch,
  finish,
  hook,
  answer,
  late,
  time,
  authorize: onPr((pr): Command => ({ do: 'authorize #{pr}', pr })),
  freeze,
  retry,
  policy,
  restart: () => ({ do: 'restart' }),
  forget: (_, __, die) => (die(4) === 0 ? { do: 'memory is lost' } : undefined),
}

const tries = 20

/** The next command; when nothing that was thrown is possible, a look at everything. */
export const nextMove = (game: Game, swarm: Swarm, die: Die): Command => {
  for (let n = 0; n < tries; n++) {
    const appetite = weighted(die, appetites, swarm.weights)
    const command = appetite && choices[appetite](game, swarm, die)
    if (command !== undefined) return command
  }
  return { do: 'hook: everything' }
}

/** The first lines of a random game. */
export const opening = (swarm: Swarm): ReadonlyArray<Command> => [
  ...(swarm.hooks ? [] : [{ do: 'hooks are lost' } as const]),
  ...(swarm.byHand
    ? [{ do: 'orders wait' } as const]
    : (['landing', 'status', 'test', 'deploy'] as const).map(
        (kind) => ({ do: '{kind} orders wait', kind }) as const,
      )),
  swarm.changes === '' ? { do: 'start' } : { do: 'start with {changes}', changes: swarm.changes },
]
