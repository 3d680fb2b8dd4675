/**
 * A trace is a text: commands, then `----`, then the reaction to them, then an empty line, and so on. It is read
 * strictly (each line is a command, each command can be carried out) and can be written anew with what happens now.
 */
import * as E from 'fp-ts/lib/Either.js'
import { carryOut } from './carryOut.js'
import { Broken, setUp, type Game, type Reduce } from './game.js'
import { brokenLaws } from './laws.js'
import { parseCommand, printCommand } from './language.js'
import type { Command } from './phrases.js'
import { showBranch, showQueue, showStep } from './show.js'

interface Line {
  readonly number: number
  readonly command: Command
}

interface Block {
  /** Comments and empty lines before the commands, kept as they are. */
  readonly preface: ReadonlyArray<string>
  readonly lines: ReadonlyArray<Line>
  readonly reaction: ReadonlyArray<string>
}

const rule = '----'
const isComment = (text: string): boolean => text === '' || text.startsWith('# ')

interface Reading {
  readonly blocks: ReadonlyArray<Block>
  readonly open: Block
  readonly inReaction: boolean
}

const fresh: Block = { preface: [], lines: [], reaction: [] }

const close = ({ blocks, open }: Reading): Reading => ({
  blocks: open.lines.length + open.preface.length === 0 ? blocks : [...blocks, open],
  open: fresh,
  inReaction: false,
})

const readLine = (reading: Reading, text: string, number: number): E.Either<string, Reading> => {
  const { open } = reading
  if (reading.inReaction)
    return E.right(
      text === ''
        ? close({ ...reading, open })
        : { ...reading, open: { ...open, reaction: [...open.reaction, text] } },
    )
  if (text === rule)
    return open.lines.length === 0
      ? E.left(`line ${number}: a reaction to no command`)
      : E.right({ ...reading, inReaction: true })
  if (isComment(text))
    return open.lines.length === 0
      ? E.right({ ...reading, open: { ...open, preface: [...open.preface, text] } })
      : E.left(`line ${number}: expected a command or ${rule}`)
  const command = parseCommand(text)
  return E.isLeft(command)
    ? E.left(`line ${number}: ${command.left}`)
    : E.right({ ...reading, open: { ...open, lines: [...open.lines, { number, command: command.right }] } })
}

/** The blocks of a trace, or the first line that is not understood. */
export const parseTrace = (text: string): E.Either<string, ReadonlyArray<Block>> => {
  const start: E.Either<string, Reading> = E.right({ blocks: [], open: fresh, inReaction: false })
  const read = text
    .trimEnd()
    .split('\n')
    .reduce(
      (reading, line, i) => (E.isLeft(reading) ? reading : readLine(reading.right, line.trimEnd(), i + 1)),
      start,
    )
  return E.isLeft(read) ? read : E.right(close(read.right).blocks)
}

export interface Outcome {
  /** The trace with the reactions that came now. */
  readonly text: string
  /** The guarantee that was broken on the way, if one was. */
  readonly broken: Broken | undefined
}

const answerQuestion = (game: Game, command: Command): ReadonlyArray<string> =>
  command.do === 'show the queue'
    ? showQueue(game.state)
    : command.do === 'show the branch'
      ? showBranch(game.state)
      : []

interface Playing {
  readonly game: Game
  /** What is told while one command is carried out. */
  readonly said: Array<string>
  readonly blocks: ReadonlyArray<string>
  readonly failure: E.Either<string, Broken> | undefined
  readonly strict: boolean
}

const playLine = (playing: Playing, { number, command }: Line, echo: boolean): Playing => {
  const { game, said } = playing
  if (playing.failure !== undefined) return playing
  if (echo) said.push(`> ${printCommand(command)}`)
  try {
    const impossible = carryOut(game, command)
    said.push(...answerQuestion(game, command))
    if (impossible === undefined) return playing
    if (playing.strict) return { ...playing, failure: E.left(`line ${number}: ${impossible}`) }
    said.push(`nothing happens: ${impossible}`)
    return playing
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    said.push(...error.violations.map((v) => `broken: ${v.guarantee}: ${v.text}`))
    return { ...playing, failure: E.right(error) }
  }
}

const playBlock = (playing: Playing, block: Block): Playing => {
  const { said } = playing
  said.length = 0
  const skipped = playing.failure !== undefined || block.lines.length === 0
  const played = block.lines.reduce((p, line) => playLine(p, line, block.lines.length > 1), playing)
  const commands = block.lines.map(({ command }) => printCommand(command))
  const reaction = skipped ? block.reaction : said
  const ruled = block.lines.length === 0 ? [] : [rule, ...reaction]
  return { ...played, blocks: [...played.blocks, [...block.preface, ...commands, ...ruled].join('\n')] }
}

export interface TraceOptions {
  readonly reduce?: Reduce
  /** What can't be carried out is an error; otherwise nothing happens: after a repair a found trace may go another way. */
  readonly strict?: boolean
  /** Checked at every step beyond the guarantees; all of them unless told. */
  readonly laws?: Game['laws']
}

/** Plays a trace. A `Left` names the first line that is not understood or can't be carried out. */
export const playTrace = (
  text: string,
  { reduce, strict = true, laws = brokenLaws }: TraceOptions = {},
): E.Either<string, Outcome> => {
  const blocks = parseTrace(text)
  if (E.isLeft(blocks)) return blocks
  const said: Array<string> = []
  const game = setUp({
    ...(reduce && { reduce }),
    watch: (step) => said.push(...showStep(step)),
    laws,
  })
  const start: Playing = { game, said, blocks: [], failure: undefined, strict }
  const { failure, blocks: texts } = blocks.right.reduce(playBlock, start)
  if (failure !== undefined && E.isLeft(failure)) return failure
  return E.right({ text: `${texts.join('\n\n')}\n`, broken: failure?.right })
}

/** The text of a trace that carries out these commands and records what happens. */
export const writeTrace = (
  comments: ReadonlyArray<string>,
  commands: ReadonlyArray<Command>,
  options: TraceOptions = {},
): string => {
  const head = comments.flatMap((comment) => comment.split('\n')).map((line) => `# ${line}`)
  const blocks = commands.map((command) => `${printCommand(command)}\n${rule}\n`)
  const bare = [...head, '', ...blocks].join('\n')
  const played = playTrace(bare, { ...options, strict: false })
  return E.isLeft(played) ? bare : played.right.text
}
