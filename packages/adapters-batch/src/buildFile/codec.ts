import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

/** What io-ts errors of these codecs mean; the path is in their context, free of the marks of unions and intersections. */
export type Flaw = { readonly code: 'unknown-field' | 'missing-field' | 'bad-value'; readonly detail: string }

const CODES: ReadonlyArray<Flaw['code']> = ['unknown-field', 'missing-field', 'bad-value']

const flawed = (
  value: unknown,
  context: t.Context,
  code: Flaw['code'],
  detail: string,
): t.ValidationError => ({
  value,
  context,
  message: `${code}: ${detail}`,
})

/** Reads back what `object` and `refined` said about a value. */
export const flawOf = (error: t.ValidationError): Flaw => {
  const message = error.message ?? ''
  const code = CODES.find((known) => message.startsWith(`${known}: `))
  return code === undefined
    ? { code: 'bad-value', detail: `expected ${error.context.at(-1)?.type.name ?? 'another value'}` }
    : { code, detail: message.slice(code.length + 2) }
}

/** Whether a value is a mapping of YAML. */
export const isMapping = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

type Shape<R extends t.Props, O extends t.Props> = { readonly [K in keyof R]: t.TypeOf<R[K]> } & {
  readonly [K in keyof O]?: t.TypeOf<O[K]>
}

/** A mapping with exactly these fields; an unknown, missing or bad field is an error of its own. `null` is absence. */
export const object = <R extends t.Props, O extends t.Props>(
  name: string,
  required: R,
  optional: O,
): t.Type<Shape<R, O>, Shape<R, O>, unknown> =>
  new t.Type<Shape<R, O>, Shape<R, O>, unknown>(
    name,
    (value): value is Shape<R, O> => isMapping(value),
    (value, context) => {
      if (!isMapping(value)) return t.failures([flawed(value, context, 'bad-value', `expected ${name}`)])
      const errors: t.ValidationError[] = []
      const decoded: Record<string, unknown> = {}
      for (const key of Object.keys(value))
        if (!Object.hasOwn(required, key) && !Object.hasOwn(optional, key))
          errors.push(flawed(value[key], t.appendContext(context, key, t.unknown), 'unknown-field', name))
      for (const [key, codec] of [...Object.entries(required), ...Object.entries(optional)] as [
        string,
        t.Mixed,
      ][]) {
        const field = value[key]
        if (field === undefined || field === null) {
          if (Object.hasOwn(required, key)) errors.push(flawed(value, context, 'missing-field', key))
          continue
        }
        const result: E.Either<t.Errors, unknown> = codec.validate(
          field,
          t.appendContext(context, key, codec, field),
        )
        if (E.isLeft(result)) for (const error of result.left) errors.push(error)
        else decoded[key] = result.right
      }
      return errors.length > 0 ? t.failures(errors) : t.success(decoded as Shape<R, O>)
    },
    t.identity,
  )

/** A value that `parse` accepts; `expected` says in words what it accepts. */
export const refined = <A>(
  expected: string,
  parse: (value: unknown) => A | undefined,
): t.Type<A, A, unknown> =>
  new t.Type<A, A, unknown>(
    expected,
    (value): value is A => parse(value) !== undefined,
    (value, context) => {
      const parsed = parse(value)
      return parsed === undefined
        ? t.failures([flawed(value, context, 'bad-value', `expected ${expected}`)])
        : t.success(parsed)
    },
    t.identity,
  )
