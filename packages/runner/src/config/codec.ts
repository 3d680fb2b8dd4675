/** The codec builders that the configuration needs. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

type Required<P extends t.Props> = { readonly [K in keyof P]: t.TypeOf<P[K]> }
type Optional<P extends t.Props> = { readonly [K in keyof P]?: t.TypeOf<P[K]> }

const strangerOf = (u: object, known: ReadonlyArray<t.Props>): string | undefined =>
  Object.keys(u).find((key) => !known.some((props) => Object.hasOwn(props, key)))

/** A mapping with these keys and no others, so that a misspelt key is told and not ignored. */
export const mapping = <P extends t.Props, Q extends t.Props>(
  required: P,
  optional: Q,
): t.Type<Required<P> & Optional<Q>, unknown> => {
  const inner = t.intersection([t.type(required), t.partial(optional)])
  const names = [...Object.keys(required), ...Object.keys(optional)].join(', ')
  type A = Required<P> & Optional<Q>
  return new t.Type<A, unknown>(
    'a mapping',
    inner.is as unknown as (u: unknown) => u is A,
    (u, context) => {
      if (typeof u !== 'object' || u === null || Array.isArray(u))
        return t.failure(u, context, `expected a mapping with ${names}`)
      const stranger = strangerOf(u, [required, optional])
      if (stranger !== undefined)
        return t.failure(
          (u as Record<string, unknown>)[stranger],
          t.appendContext(context, stranger, t.never),
          `unknown key; known are ${names}`,
        )
      const missing = Object.keys(required).find((key) => !Object.hasOwn(u, key))
      if (missing !== undefined) return t.failure(u, context, `"${missing}" is missing`)
      const fields: Record<string, unknown> = {}
      const errors: t.ValidationError[] = []
      for (const [key, codec] of Object.entries({ ...required, ...optional })) {
        if (!Object.hasOwn(u, key)) continue
        const value: unknown = (u as Record<string, unknown>)[key]
        const decoded = codec.validate(value, t.appendContext(context, key, codec, value))
        if (E.isLeft(decoded)) errors.push(...decoded.left)
        else fields[key] = decoded.right
      }
      return errors.length > 0 ? t.failures(errors) : t.success(fields as A)
    },
    (a) => a,
  )
}

/** Text for which `holds`; `expected` says in words what that is. */
export const text = (
  expected: string,
  holds: (s: string) => boolean = (s) => s.length > 0,
): t.Type<string, string> =>
  new t.Type(
    expected,
    t.string.is,
    (u, c) => (typeof u === 'string' && holds(u) ? t.success(u) : t.failure(u, c, `expected ${expected}`)),
    t.identity,
  )

export const port = new t.Type<number, number>(
  'a port number',
  t.number.is,
  (u, c) =>
    typeof u === 'number' && Number.isInteger(u) && u >= 0 && u <= 65535
      ? t.success(u)
      : t.failure(u, c, 'expected a port number, 0 to 65535 (0: any free one)'),
  t.identity,
)

/** A list of at least one. */
export const listOf = <A>(codec: t.Type<A, unknown>): t.Type<ReadonlyArray<A>, unknown> => {
  const inner = t.readonlyArray(codec)
  return new t.Type(
    'a list',
    inner.is,
    (u, c) =>
      Array.isArray(u) && u.length > 0
        ? inner.validate(u, c)
        : t.failure(u, c, 'expected a list of at least one'),
    (a) => a,
  )
}
