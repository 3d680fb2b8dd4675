/** Commands in comments: who asks is asked of the forge, what to do of the core, and every command gets an answer. */
import * as E from 'fp-ts/lib/Either.js'
import {
  decideCommand,
  parseCommands,
  SortedMap,
  type BranchName,
  type Command,
  type Commenter,
  type Event,
  type Failure,
  type PrNumber,
  type Verdict,
} from '@headgate/core'
import type { Comments, Hook } from '@headgate/adapters-github'
import type { Actor } from '../shell/actor.js'
import type { Clock } from '../shell/clock.js'
import type { Log } from '../shell/log.js'
import { patiently } from './patiently.js'

type Commented = Extract<Hook, { readonly _tag: 'Commented' }>

export interface CommandDeps {
  readonly actors: ReadonlyArray<Actor>
  readonly commentsOf: (repository: string) => Comments
  /** The name that people address. */
  readonly bot: string
  readonly clock: Clock
  readonly log: Log
  /** Calls `listener` after every step of any branch, until the function it gives is called. */
  readonly subscribe: (listener: () => void) => () => void
}

/** How long a changed label may take to be seen before the rest of the command is done without it. */
const SEEN_WITHIN_MS = 15_000

const isIn = (name: BranchName, repository: string): boolean =>
  name.repository.toLowerCase() === repository.toLowerCase()

const labelsOf = (actor: Actor, pr: PrNumber): ReadonlyArray<string> | undefined =>
  SortedMap.get(actor.state().pullRequests, pr)?.snapshot.labels

/** Resolves when the branch has seen the labels as they should be, or when that takes too long. */
const seen = (deps: CommandDeps, actor: Actor, pr: PrNumber, verdict: Verdict): Promise<void> =>
  new Promise((done) => {
    const isSeen = (): boolean => {
      const labels = labelsOf(actor, pr)
      return (
        labels === undefined ||
        (verdict.addLabels.every((label) => labels.includes(label)) &&
          !verdict.removeLabels.some((label) => labels.includes(label)))
      )
    }
    const finish = (): void => {
      clearTimeout(timer)
      stop()
      done()
    }
    const timer = setTimeout(finish, SEEN_WITHIN_MS).unref()
    const stop = deps.subscribe(() => {
      if (isSeen()) finish()
    })
    if (isSeen()) finish()
  })

const relabel = async (
  comments: Comments,
  pr: PrNumber,
  { addLabels, removeLabels }: Verdict,
): Promise<E.Either<Failure, void>> => {
  const added =
    addLabels.length === 0 ? E.right(undefined) : await patiently(() => comments.addLabels(pr, addLabels))
  if (E.isLeft(added)) return added
  for (const label of removeLabels) {
    const removed = await patiently(() => comments.removeLabel(pr, label))
    if (E.isLeft(removed)) return removed
  }
  return E.right(undefined)
}

/** Does what one command asks for; gives the answer to it. */
const perform = async (
  deps: CommandDeps,
  actor: Actor,
  pr: PrNumber,
  by: Commenter,
  command: Command,
): Promise<string> => {
  const verdict = decideCommand(actor.state(), pr, by, deps.clock(), command)
  if (verdict.addLabels.length + verdict.removeLabels.length > 0) {
    const relabelled = await relabel(deps.commentsOf(actor.name.repository), pr, verdict)
    if (E.isLeft(relabelled))
      return `That was not done: the label could not be changed (${relabelled.left.text})`
    const hint: Event = { _tag: 'GithubHinted', at: deps.clock(), concern: { _tag: 'PullRequest', pr } }
    actor.hint(hint)
    if (verdict.events.length > 0) await seen(deps, actor, pr, verdict)
  }
  for (const event of verdict.events) {
    const told = await actor.tell(event)
    if (E.isLeft(told)) return 'That was not done: the service is stopping. Please say it again later.'
  }
  return verdict.answer
}

/** An answer whose fate is unknown is looked for before it is given again. */
const answerOnce = async (
  comments: Comments,
  pr: PrNumber,
  comment: number,
  body: string,
): Promise<E.Either<Failure, void>> => {
  const said = await patiently(() => comments.answer(pr, comment, body))
  if (E.isRight(said) || said.left.kind !== 'unknown') return said
  const there = await patiently(() => comments.isAnswered(pr, comment))
  return E.isRight(there) && !there.right ? patiently(() => comments.answer(pr, comment, body)) : said
}

const answerTo = async (
  deps: CommandDeps,
  hook: Commented,
  commands: ReadonlyArray<Command>,
): Promise<void> => {
  const { repository, number: pr, comment, author } = hook
  const here = deps.actors.filter((actor) => isIn(actor.name, repository))
  const actor = here.find((a) => labelsOf(a, pr) !== undefined) ?? here[0]
  if (actor === undefined) return
  const comments = deps.commentsOf(actor.name.repository)
  const answered = await patiently(() => comments.isAnswered(pr, comment))
  if (E.isRight(answered) && answered.right) return
  const role = E.isLeft(answered) ? answered : await patiently(() => comments.roleOf(author))
  if (E.isLeft(role)) return deps.log.warn({ pr, comment, failure: role.left }, 'a command was not obeyed')
  const answers: string[] = []
  for (const command of commands)
    answers.push(
      await perform(deps, actor, pr, { login: author, role: role.right as Commenter['role'] }, command),
    )
  const said = await answerOnce(comments, pr, comment, `@${author} ${answers.join('\n\n')}`)
  deps.log.info(
    { pr, by: author, commands: commands.map((c) => c._tag), answered: E.isRight(said) },
    'commands',
  )
}

/** Takes new comments; gives a promise for when what they ask for is done and answered. It never rejects. */
export const makeObey = (deps: CommandDeps): ((hook: Commented) => Promise<void>) => {
  const busy = new Set<number>()
  return async (hook) => {
    const commands = parseCommands(hook.body, deps.bot)
    if (commands.length === 0 || busy.has(hook.comment)) return
    busy.add(hook.comment)
    try {
      await answerTo(deps, hook, commands)
    } finally {
      busy.delete(hook.comment)
    }
  }
}
