/** Chance, taken from a tape of integers, so that a property test can print its seed and shrink what it found. */
export interface Dice {
  /** An integer from 0 up to, not including, `n`. */
  readonly below: (n: number) => number
  readonly chance: (p: number) => boolean
  readonly pick: <A>(items: ReadonlyArray<A>) => A
  /** One of the values, each as likely as its weight says. */
  readonly weighted: <A>(items: ReadonlyArray<readonly [number, A]>) => A
}

/** Starts again at its beginning when it is used up; an empty tape gives zeros. */
export const diceOf = (tape: ReadonlyArray<number>): Dice => {
  let next = 0
  const draw = (): number => {
    const value = tape[next % Math.max(1, tape.length)] ?? 0
    next += 1
    return value / 2 ** 31
  }
  const below = (n: number): number => Math.min(n - 1, Math.floor(draw() * n))
  const pick = <A>(items: ReadonlyArray<A>): A => {
    const item = items[below(items.length)]
    if (item === undefined) throw new Error('nothing to pick from')
    return item
  }
  const weighted = <A>(items: ReadonlyArray<readonly [number, A]>): A => {
    const total = items.reduce((sum, [weight]) => sum + weight, 0)
    let left = draw() * total
    const found = items.find(([weight]) => {
      left -= weight
      return left < 0
    })
    const last = found ?? items.at(-1)
    if (last === undefined) throw new Error('nothing to pick from')
    return last[1]
  }
  return { below, chance: (p) => draw() < p, pick, weighted }
}
