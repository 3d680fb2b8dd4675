import * as t from 'io-ts'

/** GraphQL's absence: null, or a field that a partial answer left out. */
export const nullable = <A, W>(codec: t.Type<A, W>): t.Type<A | null | undefined, W | null | undefined> =>
  t.union([codec, t.null, t.undefined])

/** A GraphQL connection whose nodes may be null where the token may not look. */
export const nodesOf = <A, W>(node: t.Type<A, W>) => t.type({ nodes: nullable(t.array(nullable(node))) })

export const PageInfo = t.type({ hasNextPage: t.boolean, endCursor: nullable(t.string) })

/** The nodes that are there. */
export const present = <A>(
  connection: { readonly nodes?: ReadonlyArray<A | null | undefined> | null | undefined } | null | undefined,
): ReadonlyArray<A> =>
  (connection?.nodes ?? []).flatMap((node) => (node === null || node === undefined ? [] : [node]))
