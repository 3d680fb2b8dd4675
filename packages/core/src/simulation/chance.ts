/**
 * Chance without a generator: every draw is a hash of the seed, of what is drawn and of whom it concerns, never of how
 * many draws came before. So every strategy meets the same fate, whatever it does and in whatever order.
 */

/** What is drawn. */
export const kinds = {
  badAlone: 1,
  pairConflict: 2,
  flake: 3,
  duration: 5,
  push: 6,
  foreignPush: 7,
  fault: 8,
  review: 9,
  arrival: 10,
  overlap: 11,
  commit: 12,
} as const
type Kind = (typeof kinds)[keyof typeof kinds]

/** 32 bits that depend on four numbers; every bit of each changes half of them. */
export const hash = (a: number, b: number, c: number, d: number): number => {
  const first = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  const second = Math.imul(first ^ (first >>> 15), 0x2c1b3c6d) ^ Math.imul(c + 0x165667b1, 0x27d4eb2f)
  const third = Math.imul(second ^ (second >>> 13), 0x297a2d39) ^ Math.imul(d + 0x5bd1e995, 0x9e3779b1)
  const fourth = Math.imul(third ^ (third >>> 16), 0x7feb352d)
  const fifth = Math.imul(fourth ^ (fourth >>> 15), 0x846ca68b)
  return (fifth ^ (fifth >>> 16)) >>> 0
}

/** A number in [0, 1). */
export const draw = (seed: number, kind: Kind, who: number, which: number): number =>
  hash(seed, kind, who, which) / 4_294_967_296

/** A number of the exponential distribution with mean 1. */
export const exponential = (u: number): number => -Math.log(1 - u)

/**
 * A number of the lognormal distribution with mean 1; `spread` is the standard deviation of its logarithm, 0 always
 * gives 1. Box and Muller's transform of two uniform numbers.
 */
export const lognormal = (spread: number, u: number, v: number): number =>
  spread === 0
    ? 1
    : Math.exp(spread * Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v) - (spread * spread) / 2)
