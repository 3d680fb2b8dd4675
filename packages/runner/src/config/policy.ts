/** A policy as people write it: only what differs from the default. */
import * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { defaultPolicy, Policy } from '@headgate/core'

/** What is wrong with a policy, and where in it. */
export interface PolicyFault {
  readonly path: ReadonlyArray<string>
  readonly text: string
}

type Json = Readonly<Record<string, unknown>>

const isJson = (u: unknown): u is Json => typeof u === 'object' && u !== null && !Array.isArray(u)

/** `labels` and `durations` may be given in part as well; a list or a tagged value replaces the default as a whole. */
const merged = (base: Json, change: Json): Json =>
  Object.fromEntries(
    [...new Set([...Object.keys(base), ...Object.keys(change)])].map((key) => {
      const [was, now] = [base[key], change[key]]
      const nested = (key === 'labels' || key === 'durations') && isJson(was) && isJson(now)
      return [key, nested ? merged(was, now) : now === undefined ? was : now]
    }),
  )

const faultOf = (error: t.ValidationError | undefined): PolicyFault => {
  const last = error?.context.at(-1)
  const path = (error?.context ?? []).map((entry) => entry.key).filter((key) => key !== '')
  return { path, text: error?.message ?? `expected ${last?.type.name ?? 'something else'}` }
}

/** A policy, by default the default one, with `change` in it. */
export const policyOf = (change: Json, base: Policy = defaultPolicy): E.Either<PolicyFault, Policy> => {
  const decoded = Policy.decode(merged(Policy.encode(base) as unknown as Json, change))
  return E.isLeft(decoded) ? E.left(faultOf(decoded.left[0])) : decoded
}
