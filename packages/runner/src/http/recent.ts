/** Remembers the last `most` things that came, so that a repeat is known as one. */
export const makeRecent = (most: number) => {
  // A set keeps the order in which its members came.
  const seen = new Set<string>()
  return {
    /** False: it came before. */
    add: (thing: string): boolean => {
      if (seen.has(thing)) return false
      seen.add(thing)
      const [oldest] = seen
      if (seen.size > most && oldest !== undefined) seen.delete(oldest)
      return true
    },
  }
}
