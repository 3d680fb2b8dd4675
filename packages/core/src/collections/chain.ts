/**
 * A list that grows at its end and shares its beginning: adding costs the same however long it is. (An array that is
 * copied at each addition makes a step that orders something for each of n pull requests cost n².)
 */
export type Chain<A> = { readonly before: Chain<A>; readonly last: A } | undefined

export const emptyChain: Chain<never> = undefined

export const append = <A>(before: Chain<A>, last: A): Chain<A> => ({ before, last })

/** The items, newest first. */
function* newestFirst<A>(chain: Chain<A>): Generator<A> {
  for (let link = chain; link !== undefined; link = link.before) yield link.last
}

/** The items in the order in which they were added. */
export const toArray = <A>(chain: Chain<A>): ReadonlyArray<A> =>
  chain === undefined ? [] : [...newestFirst(chain)].reverse()
