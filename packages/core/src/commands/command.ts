/** Commands that people write in comments on a pull request: `@headgate retry`. */
import { none, some, type Option } from 'fp-ts/lib/Option.js'
import { batchId, type BatchId } from '../ids.js'

export type Command =
  /** Test again; a batch that is named, and everything older, counts no longer. */
  | { readonly _tag: 'Retry'; readonly batchId: Option<BatchId> }
  /** Stop its tests and start none. */
  | { readonly _tag: 'Cancel' }
  /** Keep it from landing; its tests go on. */
  | { readonly _tag: 'Hold' }
  | { readonly _tag: 'Unhold' }
  | { readonly _tag: 'Priority'; readonly high: boolean }
  /** Say what holds it back. */
  | { readonly _tag: 'Why' }
  /** Test code of an unknown author at exactly this commit; at least seven digits of it. */
  | { readonly _tag: 'Try'; readonly commit: Option<string> }
  | { readonly _tag: 'Help' }
  | { readonly _tag: 'Unknown'; readonly said: string }

/** A comment holds more only by mistake or by malice. */
const MAX_COMMANDS = 10

/** Quotes and code speak of commands; they don't give them. */
const spokenLines = (body: string): ReadonlyArray<string> => {
  const parts = body.replace(/\r\n?/g, '\n').split(/^ {0,3}(?:```|~~~).*$/m)
  return parts
    .filter((_, i) => i % 2 === 0)
    .flatMap((part) => part.split('\n'))
    .filter((line) => !/^(?: {4}|\t| {0,3}>)/.test(line))
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

const unknown = (said: string): Command => ({ _tag: 'Unknown', said: said.slice(0, 100) })

const retry = (words: ReadonlyArray<string>, said: string): Command => {
  const [first, ...rest] = words[0] === 'batch' ? words.slice(1) : words
  if (first === undefined) return words.length === 0 ? { _tag: 'Retry', batchId: none } : unknown(said)
  return rest.length === 0 && /^\d{1,15}$/.test(first)
    ? { _tag: 'Retry', batchId: some(batchId(Number(first))) }
    : unknown(said)
}

const tryCommit = (words: ReadonlyArray<string>, said: string): Command => {
  const [commit, ...rest] = words
  if (commit === undefined) return { _tag: 'Try', commit: none }
  return rest.length === 0 && /^[0-9a-f]{7,64}$/.test(commit)
    ? { _tag: 'Try', commit: some(commit) }
    : unknown(said)
}

const priority = (words: ReadonlyArray<string>, said: string): Command => {
  if (words.length > 1) return unknown(said)
  switch (words[0] ?? 'high') {
    case 'high':
      return { _tag: 'Priority', high: true }
    case 'normal':
      return { _tag: 'Priority', high: false }
    default:
      return unknown(said)
  }
}

const commandOf = (said: string): Command => {
  const [verb, ...words] = said
    .toLowerCase()
    .replace(/[.!?]+$/, '')
    .split(/\s+/)
  const alone = (command: Command): Command => (words.length === 0 ? command : unknown(said))
  switch (verb) {
    case 'retry':
      return retry(words, said)
    case 'try':
      return tryCommit(words, said)
    case 'priority':
      return priority(words, said)
    case 'cancel':
      return alone({ _tag: 'Cancel' })
    // People give a reason with it; it is for other people.
    case 'hold':
      return { _tag: 'Hold' }
    case 'unhold':
      return alone({ _tag: 'Unhold' })
    case 'why':
      return alone({ _tag: 'Why' })
    case '':
    case 'help':
      return alone({ _tag: 'Help' })
    default:
      return unknown(said)
  }
}

/**
 * The commands in a comment, in order: each is a line that begins with `@bot`. What is quoted, or stands in a code block,
 * is none. Words that mean nothing are `Unknown`, so that they too are answered. At most ten are read.
 *
 * @example
 * parseCommands('Flaky.\n@headgate retry', 'headgate') // [{ _tag: 'Retry', batchId: none }]
 */
export const parseCommands = (body: string, bot: string): ReadonlyArray<Command> => {
  const mention = new RegExp(`^ {0,3}@${escaped(bot)}(?![\\w-])[:,]?[ \\t]*(.*)$`, 'i')
  return spokenLines(body)
    .flatMap((line) => mention.exec(line)?.[1]?.trim() ?? [])
    .slice(0, MAX_COMMANDS)
    .map(commandOf)
}
