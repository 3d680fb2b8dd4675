/** What happened, in words: the event, what headgate orders, what changed. */
import { isSome } from 'fp-ts/lib/Option.js'
import {
  describeEffect,
  describeEvent,
  explain,
  explainBranch,
  nextFor,
  queueOf,
  SortedMap,
  type BranchState,
  type PrNumber,
  type Reason,
  type Standing,
} from '@headgate/core'
import type { Step } from './game.js'
import { newWorld } from './world.js'

const begin = newWorld().now

const two = (n: number): string => String(n).padStart(2, '0')

/** Hours, minutes, seconds since the world began. */
const clock = (at: number): string => {
  const seconds = Math.floor((at - begin) / 1000)
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

const numbers = (list: ReadonlyArray<PrNumber>): string => list.map((n) => `#${n}`).join(', ')

const standingOf = (standing: Standing): string => {
  switch (standing._tag) {
    case 'Verified':
      return `verified (${standing.how})`
    case 'Inspecting':
      return 'being inspected'
    case 'Unverified':
      return `unverified: ${standing.why}`
    case 'Broken':
      return `broken: ${standing.text}`
  }
}

const headLine = ({ head }: BranchState): string =>
  isSome(head)
    ? `head ${head.value.sha}, ${standingOf(head.value.standing)}${head.value.doubted ? ', doubted' : ''}`
    : 'head unknown'

const deployLine = ({ deploy: { current, last } }: BranchState): string =>
  isSome(current)
    ? `deploying ${current.value.sha}`
    : isSome(last)
      ? `last deploy ${last.value.sha}: ${last.value.outcome}`
      : 'nothing deployed'

const queueLine = (state: BranchState): string => `queue ${numbers(queueOf(state)) || 'empty'}`

const landingLine = ({ landing }: BranchState): string =>
  isSome(landing) ? `landing ${numbers(landing.value.members.map((m) => m.pr))}` : 'nothing is landing'

const frozenLine = ({ frozen }: BranchState): string =>
  isSome(frozen) ? `frozen by ${frozen.value.by}: ${frozen.value.reason}` : 'not frozen'

const branchLines = [headLine, frozenLine, deployLine, landingLine, queueLine]

const prLine = (state: BranchState, number: PrNumber): string => {
  const landed = SortedMap.get(state.landings, number)
  if (landed !== undefined) return `#${number} has landed as ${landed.landed}`
  if (!SortedMap.has(state.pullRequests, number)) return `#${number} is gone`
  const codes = explain(state, number).map((hold) => hold.code)
  return `#${number} ${codes.length === 0 ? 'may land' : `waits: ${codes.join(', ')}`}`
}

const changes = (before: BranchState, after: BranchState): ReadonlyArray<string> => {
  const pairs = branchLines.map((line) => [line(before), line(after)] as const)
  const all = new Set([
    ...SortedMap.keysArray(before.pullRequests),
    ...SortedMap.keysArray(after.pullRequests),
  ])
  const prs = [...all].sort((a, b) => a - b).map((n) => [prLine(before, n), prLine(after, n)] as const)
  return [...pairs, ...prs].flatMap(([was, is]) => (was === is ? [] : [is]))
}

/** Which order an event answers, without the number of the order. */
const answered = (text: string): string => text.replace(/ \[([^\]]+)#[^#\]]+\]$/, ' ($1)')

/** The reaction to one event. */
export const showStep = ({ before, event, after, effects }: Step): ReadonlyArray<string> => [
  `[${clock(after.now)}] ${answered(describeEvent(event))}`,
  ...effects.map((effect) => `  order: ${describeEffect(effect)}`),
  ...changes(before, after).map((line) => `  now: ${line}`),
]

const reasonLine = ({ code, text, clearedBy, clearedWhen, wait }: Reason): string =>
  `  ${code}: ${text} Cleared by ${clearedBy}, ${clearedWhen}. ${wait.text}`

const placeOf = (queue: ReadonlyArray<PrNumber>, number: PrNumber): string => {
  const place = queue.indexOf(number)
  return place < 0 ? 'is not in the queue' : place === 0 ? 'is merge candidate' : `is number ${place + 1}`
}

const nextLine = (state: BranchState, number: PrNumber): ReadonlyArray<string> => {
  const next = nextFor(state, number)
  return isSome(next) ? [`  next: ${next.value.text}`] : []
}

/** Every open pull request in the order of the queue, those outside it after, all that holds each back, and what is next. */
export const showQueue = (state: BranchState): ReadonlyArray<string> => {
  const queue = queueOf(state)
  const others = SortedMap.keysArray(state.pullRequests).filter((number) => !queue.includes(number))
  return [...queue, ...others].flatMap((number) => [
    `#${number} ${placeOf(queue, number)}`,
    ...explain(state, number).map(reasonLine),
    ...nextLine(state, number),
  ])
}

export const showBranch = (state: BranchState): ReadonlyArray<string> => {
  const { landing, deploying, underWay, next } = explainBranch(state)
  return [
    ...branchLines.map((line) => line(state)),
    ...(landing.length > 0 ? ['nothing lands:', ...landing.map(reasonLine)] : []),
    ...(deploying.length > 0 ? ['nothing is deployed:', ...deploying.map(reasonLine)] : []),
    ...underWay.map((wait) => `under way: ${wait.text}`),
    `next: ${next.text}`,
  ]
}
