/** Does at most `width` pieces of work at a time; the others wait in the order they came. */
export const makePlaces = (width: number): (<A>(work: () => Promise<A>) => Promise<A>) => {
  let busy = 0
  const waiting: Array<() => void> = []
  const leave = (): void => {
    const next = waiting.shift()
    // The place passes on to the next in line, so the count stays as it is.
    if (next === undefined) busy -= 1
    else next()
  }
  return async (work) => {
    if (busy < width) busy += 1
    else await new Promise<void>((go) => waiting.push(go))
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
