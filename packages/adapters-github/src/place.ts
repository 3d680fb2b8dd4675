import type { Errors } from 'io-ts'

/** Where decoding failed first, as a path such as `repository.full_name`, and what was expected there. */
export const placeOf = (errors: Errors): string => {
  const [first] = errors
  if (first === undefined) return 'the whole answer'
  const keys = first.context.map((entry) => entry.key).filter((key) => key !== '')
  const expected = first.message ?? first.context[first.context.length - 1]?.type.name ?? 'something else'
  return `${keys.length === 0 ? 'the whole' : keys.join('.')} (expected: ${expected})`
}
