/** The policy in one line: `landing = forge-merge, maxTestRuns = 1, durations.pollSeconds = 60`. */
import * as E from 'fp-ts/lib/Either.js'
import { Policy } from '@headgate/core'

type Json = string | number | boolean | ReadonlyArray<string> | { readonly [key: string]: Json }
type Fields = { readonly [key: string]: Json }

const words: Readonly<Record<string, boolean>> = { yes: true, no: false }

/** `yes`, `no`, a number, a word, or words in brackets. */
const valueOf = (text: string): Json => {
  if (text in words) return words[text] ?? false
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  return text.startsWith('[')
    ? text
        .slice(1, -1)
        .split(' ')
        .filter((word) => word !== '')
    : text
}

const put = (fields: Fields, [key = '', ...rest]: ReadonlyArray<string>, value: Json): Fields => ({
  ...fields,
  [key]: rest.length === 0 ? value : put((fields[key] ?? {}) as Fields, rest, value),
})

/** What is one of several things, each with fields of its own. */
const variants = ['strategy', 'order']

/** The policy with these changes, or what is wrong with them. */
export const changePolicy = (policy: Policy, changes: string): Policy | string => {
  const fields = changes
    .split(',')
    .map((change) => change.trim())
    .filter((change) => change !== '')
    .reduce<Fields>(
      (all, change) => {
        const [path = '', value = ''] = change.split(' = ')
        return put(all, path.split('.'), variants.includes(path) ? { _tag: value } : valueOf(value))
      },
      Policy.encode(policy) as unknown as Fields,
    )
  const decoded = Policy.decode(fields)
  return E.isRight(decoded) ? decoded.right : `"${changes}" is not a policy`
}
