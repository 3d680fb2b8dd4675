/** Between a line of a trace and the command it stands for. `parseCommand(printCommand(c))` is `c` (a law, tested). */
import * as E from 'fp-ts/lib/Either.js'
import { orderPattern } from './orders.js'
import { ends, kinds, outcomes, phrases, type Command, type Phrase, type Slot } from './phrases.js'

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
const anyOf = (words: ReadonlyArray<string>): string => words.map(escape).join('|')
const units: ReadonlyArray<readonly [string, number]> = [
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
]

/** What may stand in a slot. */
const grammar: Readonly<Record<Slot, string>> = {
  pr: '\\d+',
  other: '\\d+',
  batch: '\\d+',
  duration: '\\d+ (?:hour|minute|second)s?',
  kind: anyOf(kinds),
  review: 'approved|not approved',
  end: anyOf(ends),
  outcome: anyOf(outcomes),
  order: orderPattern,
  author: '[^\\s,]+',
  check: '\\S+',
  state: '[A-Z_]+',
  reporter: '\\S+',
  commit: '\\S+',
  label: '[^"]+',
  text: '.+',
  changes: '.+',
}

const slotPattern = /\{(\w+)\}/g

const slotsIn = (phrase: Phrase): ReadonlyArray<Slot> =>
  [...phrase.matchAll(slotPattern)].map(([, name]) => name as Slot)

const patternOf = (phrase: Phrase): RegExp => {
  const literals = phrase.split(slotPattern)
  const body = literals.map((part, i) => (i % 2 === 0 ? escape(part) : `(${grammar[part as Slot]})`)).join('')
  return new RegExp(`^${body}$`)
}

const secondsIn = (duration: string): number => {
  const [count = '', unit = ''] = duration.split(' ')
  const factor = units.find(([name]) => unit.startsWith(name))?.[1] ?? 1
  return Number(count) * factor
}

const printSeconds = (seconds: number): string => {
  const [unit, factor] = units.find(([, size]) => seconds % size === 0 && seconds >= size) ?? ['second', 1]
  const count = seconds / factor
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

const valueOf = (slot: Slot, text: string): string | number => {
  switch (slot) {
    case 'pr':
    case 'other':
    case 'batch':
      return Number(text)
    case 'duration':
      return secondsIn(text)
    default:
      return text
  }
}

const table = phrases.map((phrase) => ({ phrase, slots: slotsIn(phrase), pattern: patternOf(phrase) }))

/** Every reading of a line. More than one would be a flaw of the language (tested). */
export const readings = (line: string): ReadonlyArray<Command> =>
  table.flatMap(({ phrase, slots, pattern }) => {
    const match = pattern.exec(line)
    if (match === null) return []
    const fields = slots.map((slot, i) => [slot, valueOf(slot, match[i + 1] ?? '')] as const)
    return [{ do: phrase, ...Object.fromEntries(fields) } as unknown as Command]
  })

/** The command that a line stands for; a `Left` says what is wrong with it. */
export const parseCommand = (line: string): E.Either<string, Command> => {
  const [command] = readings(line)
  return command === undefined ? E.left(`"${line}" is not a command`) : E.right(command)
}

export const printCommand = (command: Command): string =>
  command.do.replaceAll(slotPattern, (_, name: string) => {
    const value = (command as unknown as Record<string, string | number>)[name]
    return name === 'duration' ? printSeconds(Number(value)) : String(value)
  })
