/**
 * Values that have a name and a few settings, as people write them: `strategy: batch`, or `strategy: { name: batch, size: 4 }`.
 * What is not said is as in the one of that name here.
 */
import * as E from 'fp-ts/lib/Either.js'
import { defaultAdaptive, type QueueOrder, type StrategyPolicy } from '@headgate/core'

export type Json = Readonly<Record<string, unknown>>

export const isJson = (u: unknown): u is Json => typeof u === 'object' && u !== null && !Array.isArray(u)

type Named<A extends { readonly _tag: string }> = { readonly [T in A['_tag']]: Extract<A, { _tag: T }> }

export const strategies: Named<StrategyPolicy> = {
  serial: { _tag: 'serial' },
  batch: { _tag: 'batch', size: 8 },
  speculative: { _tag: 'speculative', depth: 8, window: 'fixed' },
  adaptive: defaultAdaptive,
}

const orders: Named<QueueOrder> = {
  checks: { _tag: 'checks' },
  arrival: { _tag: 'arrival', headStart: 10 },
}

const named: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  strategy: strategies,
  order: orders,
}

/** `now` in place of `was`, mappings in them likewise. */
export const overlaid = (was: unknown, now: unknown): unknown => {
  if (now === undefined) return was
  if (!isJson(was) || !isJson(now)) return now
  const keys = [...new Set([...Object.keys(was), ...Object.keys(now)])]
  return Object.fromEntries(keys.map((key) => [key, overlaid(was[key], now[key])]))
}

/** The name, and what is said besides; undefined for a value that is written in full. */
const spoken = (value: unknown): { readonly name: unknown; readonly rest: Json } | undefined => {
  if (!isJson(value)) return { name: value, rest: {} }
  const { name, ...rest } = value
  return '_tag' in rest ? undefined : { name, rest }
}

/** The value of this field in full. Left: what is wrong with its name. */
export const spelledOut = (field: string, value: unknown): E.Either<string, unknown> => {
  const known = named[field]
  const said = known === undefined || value === undefined ? undefined : spoken(value)
  if (known === undefined || said === undefined) return E.right(value)
  const names = Object.keys(known).join(', ')
  if (typeof said.name !== 'string')
    return E.left(`expected a name, or a mapping with a "name"; known are ${names}`)
  const whole = Object.hasOwn(known, said.name) ? known[said.name] : undefined
  return whole === undefined
    ? E.left(`"${said.name}" is unknown; known are ${names}`)
    : E.right(overlaid(whole, said.rest))
}
