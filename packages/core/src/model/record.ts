/**
 * The few codec builders that io-ts lacks. Everything decoded with them refuses what it does not know: an unknown
 * field or tag is a `Left` that says where, never a silent drop.
 */
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'

type Fields<P extends t.Props> = { readonly [K in keyof P]: t.TypeOf<P[K]> }
type Encoded<P extends t.Props> = { readonly [K in keyof P]: t.OutputOf<P[K]> }

/** A closed record: all of `props`, nothing else. Written in the order of `props`, so equal values are equal bytes. */
export const record = <P extends t.Props>(name: string, props: P): t.Type<Fields<P>, Encoded<P>> => {
  const base = t.type(props, name)
  const codecs = Object.entries(props)
  return new t.Type<Fields<P>, Encoded<P>>(
    name,
    base.is as (u: unknown) => u is Fields<P>,
    (u, context) => {
      const decoded = base.validate(u, context)
      if (E.isLeft(decoded)) return decoded as E.Either<t.Errors, Fields<P>>
      const unknown = Object.keys(u as object).filter((key) => !Object.hasOwn(props, key))
      const [stranger] = unknown
      return stranger === undefined
        ? E.right(decoded.right as Fields<P>)
        : t.failure(
            (u as Record<string, unknown>)[stranger],
            t.appendContext(context, stranger, t.never),
            `is no field of ${name}`,
          )
    },
    (a) =>
      Object.fromEntries(codecs.map(([key, codec]) => [key, codec.encode(a[key])])) as unknown as Encoded<P>,
  )
}

/** An `Option` that is `null` on the wire. */
export const optional = <A, W>(codec: t.Type<A, W>): t.Type<O.Option<A>, W | null> =>
  new t.Type<O.Option<A>, W | null>(
    `Option<${codec.name}>`,
    (u): u is O.Option<A> =>
      typeof u === 'object' &&
      u !== null &&
      '_tag' in u &&
      (u._tag === 'None' || (u._tag === 'Some' && 'value' in u && codec.is(u.value))),
    (u, context) => (u === null ? t.success(O.none) : E.map((a: A) => O.some(a))(codec.validate(u, context))),
    (option) => (O.isNone(option) ? null : codec.encode(option.value)),
  )

type Tagged = Readonly<Record<string, t.Mixed>>

/** A union of closed records told apart by `_tag`; decoding looks at the tag first, so an error speaks of one variant. */
export const tagged = <M extends Tagged>(
  name: string,
  variants: M,
): t.Type<{ [K in keyof M]: t.TypeOf<M[K]> }[keyof M], { [K in keyof M]: t.OutputOf<M[K]> }[keyof M]> => {
  type A = { [K in keyof M]: t.TypeOf<M[K]> }[keyof M]
  type W = { [K in keyof M]: t.OutputOf<M[K]> }[keyof M]
  const variantOf = (u: unknown): t.Mixed | undefined => {
    const tag = typeof u === 'object' && u !== null && '_tag' in u ? u._tag : undefined
    return typeof tag === 'string' && Object.hasOwn(variants, tag) ? variants[tag] : undefined
  }
  return new t.Type<A, W>(
    name,
    (u): u is A => variantOf(u)?.is(u) ?? false,
    (u, context) => {
      const variant = variantOf(u)
      return variant === undefined
        ? t.failure(u, t.appendContext(context, '_tag', t.never), `is no ${name} that is known here`)
        : (variant.validate(u, context) as t.Validation<A>)
    },
    (a) => variantOf(a)?.encode(a) as W,
  )
}

/** One variant of a tagged union: a closed record with its `_tag`. */
export const variant = <T extends string, P extends t.Props>(tag: T, props: P) =>
  record<P & { _tag: t.LiteralC<T> }>(tag, { _tag: t.literal(tag), ...props })
