import { GraphQLError } from 'graphql'

/** The arguments of every connection. */
export type PageArgs = {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
  readonly before?: string | null
}

/** Where an item stands in its order; cursors are made of it, so paging survives items that come and go. */
export type Position = readonly [number, number]

const cursorOf = (p: Position): string => Buffer.from(`cursor:v2:${p[0]}:${p[1]}`).toString('base64')

const positionOf = (cursor: string): Position => {
  const found = /^cursor:v2:(-?\d+):(-?\d+)$/.exec(Buffer.from(cursor, 'base64').toString())
  if (found === null)
    throw new GraphQLError(`\`${cursor}\` does not appear to be a valid cursor.`, {
      extensions: { type: 'INVALID_CURSOR_ARGUMENTS' },
    })
  return [Number(found[1]), Number(found[2])]
}

const bound = (name: string, args: PageArgs): number => {
  const size = args.first ?? args.last
  if (size === undefined || size === null)
    throw new GraphQLError(
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
      { extensions: { type: 'MISSING_PAGINATION_BOUNDARIES' } },
    )
  if (size < 0 || size > 100)
    throw new GraphQLError(
      `Requesting ${size} records on the \`${name}\` connection exceeds the \`first\` limit of 100 records.`,
      { extensions: { type: 'EXCESSIVE_PAGINATION' } },
    )
  return size
}

type Cut<A> = {
  readonly page: ReadonlyArray<{ readonly item: A; readonly at: Position }>
  readonly hasNextPage: boolean
  readonly hasPreviousPage: boolean
}

/**
 * One page of `items`, which stand in the order of their positions (or, `descending`, in the opposite one). Only the
 * items of the page are turned into nodes. As at GitHub, who asks for the count alone need not say how long a page is.
 */
export const connection = <A>(
  name: string,
  items: ReadonlyArray<A>,
  args: PageArgs,
  node: (item: A) => unknown,
  positioned: (item: A, index: number) => Position = (_, index) => [index, 0],
  descending = false,
) => {
  const sign = descending ? -1 : 1
  const compare = (a: Position, b: Position) => sign * (a[0] - b[0] || a[1] - b[1])
  const cut = (): Cut<A> => {
    const size = bound(name, args)
    const placed = items.map((item, index) => ({ item, at: positioned(item, index) }))
    const after = args.after === undefined || args.after === null ? null : positionOf(args.after)
    const before = args.before === undefined || args.before === null ? null : positionOf(args.before)
    const within = placed.filter(
      ({ at }) => (after === null || compare(at, after) > 0) && (before === null || compare(at, before) < 0),
    )
    const forwards = args.first !== undefined && args.first !== null
    const page = forwards ? within.slice(0, size) : within.slice(Math.max(0, within.length - size))
    const more = within.length > page.length
    return {
      page,
      hasNextPage: forwards ? more : before !== null,
      hasPreviousPage: forwards ? after !== null : more,
    }
  }
  return {
    totalCount: items.length,
    nodes: () => cut().page.map(({ item }) => node(item)),
    edges: () => cut().page.map(({ item, at }) => ({ cursor: cursorOf(at), node: () => node(item) })),
    pageInfo: () => {
      const { page, hasNextPage, hasPreviousPage } = cut()
      const [first] = page
      const last = page.at(-1)
      return {
        hasNextPage,
        hasPreviousPage,
        startCursor: first === undefined ? null : cursorOf(first.at),
        endCursor: last === undefined ? null : cursorOf(last.at),
      }
    },
  }
}
