/** A policy as people write it: only what differs from the default. */
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { defaultPolicy, Policy } from '@headgate/core'
import { isJson, overlaid, spelledOut, type Json } from './shorthand.js'

/** What is wrong with a policy, and where in it. */
export interface PolicyFault {
  readonly path: ReadonlyArray<string>
  readonly text: string
}

/** Mappings that may be given in part; a list or a tagged value replaces the default as a whole. */
const PARTIAL: ReadonlyArray<string> = ['labels', 'durations', 'retries']

/** The default with every field of `change` in it, as JSON. */
const merged = (base: Json, change: Json): E.Either<PolicyFault, Json> => {
  const fields: Record<string, unknown> = { ...base }
  for (const [key, given] of Object.entries(change)) {
    const value = spelledOut(key, given)
    if (E.isLeft(value)) return E.left({ path: [key], text: value.left })
    const isPartial = PARTIAL.includes(key) && isJson(base[key]) && isJson(value.right)
    if (value.right !== undefined) fields[key] = isPartial ? overlaid(base[key], value.right) : value.right
  }
  return E.right(fields)
}

/** The core's names of numbers, in words. */
const EXPECTED: Readonly<Record<string, string>> = {
  Count: 'a whole number from 1 on',
  Natural: 'a whole number from 0 on',
  Seconds: 'a number of seconds, more than 0',
  Probability: 'a number between 0 and 1, neither of them',
}

const faultOf = (error: t.ValidationError | undefined): PolicyFault => {
  const wanted = error?.context.at(-1)?.type.name ?? 'something else'
  const path = (error?.context ?? []).map((entry) => entry.key).filter((key) => key !== '')
  // The core says of which record it is no field; people know it as a setting.
  const unknown = error?.message?.startsWith('is no field of') === true
  if (unknown) return { path, text: 'there is no such setting' }
  return { path, text: error?.message ?? `expected ${EXPECTED[wanted] ?? wanted}` }
}

/** A forge that merges makes commits of its own: what a chain of several has proven says nothing about them. */
const misfit = ({ strategy, landing }: Policy): PolicyFault | undefined =>
  strategy._tag !== 'serial' && landing !== 'fast-forward'
    ? {
        path: ['strategy'],
        text: `"${strategy._tag}" lands several pull requests as one chain, which only "landing: fast-forward" can do`,
      }
    : undefined

/** A policy, by default the default one, with `change` in it. */
export const policyOf = (change: Json, base: Policy = defaultPolicy): E.Either<PolicyFault, Policy> => {
  const whole = merged(Policy.encode(base) as unknown as Json, change)
  if (E.isLeft(whole)) return whole
  const decoded = Policy.decode(whole.right)
  if (E.isLeft(decoded)) return E.left(faultOf(decoded.left[0]))
  const fault = misfit(decoded.right)
  return fault === undefined ? decoded : E.left(fault)
}
