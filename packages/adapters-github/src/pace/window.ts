/** So many in any stretch of `lengthMs`. */
export const makeWindow = (most: number, lengthMs: number) => {
  /** When each of the last `most` went out, oldest first. */
  const taken: number[] = []
  return {
    /** When the next one may go out; not after `now`: at once. */
    freeAt: (now: number): number => (taken.length < most ? now : (taken[0] ?? now) + lengthMs),
    take: (now: number): void => {
      taken.push(now)
      if (taken.length > most) taken.shift()
    },
  }
}
