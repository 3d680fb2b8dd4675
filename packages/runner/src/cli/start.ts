/** `headgate start`: a local GitHub, a local Batch and the service, wired over loopback HTTP. */
import * as E from 'fp-ts/lib/Either.js'
import { messageOf, problem, type Problem } from '../problem.js'
import { reportOf } from '../view/report.js'
import { openLocal, type Closers, type Running } from './openLocal.js'
import { untilNothingHappens } from './quiet.js'
import { writeReport } from './reportFile.js'
import { untilSignal } from './signals.js'
import { planStart, type StartFlags, type StartPlan } from './startOptions.js'
import { reportTable } from './table.js'
import { bold, complain, dim, say } from './terminal.js'

const closeAll = async (closers: Closers): Promise<void> => {
  for (const close of [...closers].reverse()) await close()
}

const greet = (plan: StartPlan, { service, world, made }: Running): void => {
  say(
    `${bold('headgate')} watches ${made.repository}:${made.branch} (${plan.landing} landing, ${plan.strategy} queue)`,
  )
  say(dim(`  page          ${service.url}/`))
  say(
    dim(
      `  local GitHub  ${world.github.url}   local Batch  ${world.batch.url}   state  ${plan.flags.stateDir}`,
    ),
  )
  for (const note of made.notes) say(dim(`  ${note}`))
}

type Outcome =
  | { readonly _tag: 'Quiet' }
  | { readonly _tag: 'Signal' }
  | { readonly _tag: 'Fatal'; readonly problem: Problem }

const untilOver = (plan: StartPlan, { service, delivered }: Running): Promise<Outcome> =>
  Promise.race([
    ...(plan.flags.once === true
      ? [untilNothingHappens(service, delivered).then((): Outcome => ({ _tag: 'Quiet' }))]
      : []),
    untilSignal().then((): Outcome => ({ _tag: 'Signal' })),
    service.fatal.then((found): Outcome => ({ _tag: 'Fatal', problem: found })),
  ])

/** Prints and writes the report. */
const conclude = (plan: StartPlan, { service, made }: Running, table: boolean): E.Either<Problem, void> => {
  const [actor] = service.actors
  if (actor === undefined) return E.right(undefined)
  const report = reportOf(actor.state(), made.base)
  if (table) say(reportTable(report))
  return plan.reportFile === undefined ? E.right(undefined) : writeReport(plan.reportFile, report)
}

const run = async (plan: StartPlan, closers: Closers): Promise<E.Either<Problem, number>> => {
  const running = await openLocal(plan, closers)
  if (E.isLeft(running)) return running
  greet(plan, running.right)
  const outcome = await untilOver(plan, running.right)
  if (outcome._tag === 'Fatal') return E.left(outcome.problem)
  const concluded = conclude(plan, running.right, outcome._tag === 'Quiet')
  if (E.isLeft(concluded)) return concluded
  if (outcome._tag === 'Signal') say(dim('Stopping; the next start goes on from here.'))
  // An interrupted `--once` did not do what it was asked for.
  return E.right(outcome._tag === 'Signal' && plan.flags.once === true ? 130 : 0)
}

/** Runs `headgate start`; gives the exit status. */
export const start = async (flags: StartFlags): Promise<number> => {
  const plan = await planStart(flags)
  if (E.isLeft(plan)) {
    complain(plan.left)
    return 1
  }
  const closers: Closers = []
  try {
    const status = await run(plan.right, closers)
    await closeAll(closers)
    if (E.isRight(status)) return status.right
    complain(status.left)
    return 1
  } catch (cause) {
    complain(
      problem(
        'internal',
        'headgate',
        `Something went wrong: ${messageOf(cause)}.`,
        'See headgate.log in the state directory.',
      ),
    )
    return 70
  }
}
