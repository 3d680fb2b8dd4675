/** Runs work one at a time, in the order it came; a failed piece does not stop the next. */
export type Queue = <A>(work: () => Promise<A>) => Promise<A>

/** A queue of its own: one per repository, because git locks by repository. */
export const makeQueue = (): Queue => {
  let tail: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = tail.then(work, work)
    tail = mine.catch(() => undefined)
    return mine
  }
}
