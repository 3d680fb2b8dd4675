/** Runs at most `width` pieces of work at a time; the others wait in the order they came. */
export const makeLimit = (width: number): (<A>(work: () => Promise<A>) => Promise<A>) => {
  let running = 0
  const waiting: Array<() => void> = []
  const enter = (): Promise<void> => {
    if (running < width) {
      running += 1
      return Promise.resolve()
    }
    return new Promise((go) => {
      waiting.push(go)
    })
  }
  const leave = (): void => {
    const next = waiting.shift()
    // The place passes on to the next in line, so the count stays as it is.
    if (next === undefined) running -= 1
    else next()
  }
  return async (work) => {
    await enter()
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
