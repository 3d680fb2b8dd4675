/**
 * Sets of equally likely worlds, one bit for each. Whether a thing is so in a world is drawn by a hash of what the thing
 * is, never of when it was asked for: planned twice on the same facts, the plan is the same.
 *
 * Arrays of bits are filled in place where they are made, and never changed after.
 */
/* eslint-disable functional/no-let, functional/immutable-data -- see above */

/** How many worlds there are; a power of two, and a multiple of 32. */
export const WORLDS = 128
const LENGTH = WORLDS / 32

export type Bits = Readonly<Int32Array>

export const all: Bits = new Int32Array(LENGTH).fill(-1)
export const none: Bits = new Int32Array(LENGTH)

const combined = (a: Bits, b: Bits, of: (x: number, y: number) => number): Bits =>
  Int32Array.from({ length: LENGTH }, (_, i) => of(a[i] ?? 0, b[i] ?? 0))

export const and = (a: Bits, b: Bits): Bits => combined(a, b, (x, y) => x & y)
export const or = (a: Bits, b: Bits): Bits => combined(a, b, (x, y) => x | y)
export const without = (a: Bits, b: Bits): Bits => combined(a, b, (x, y) => x & ~y)

const ones = (n: number): number => {
  const pairs = n - ((n >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

export const count = (a: Bits): number => a.reduce((sum, word) => sum + ones(word), 0)

/** The share of worlds in which both hold. */
export const shareOf = (a: Bits, b: Bits): number => {
  let sum = 0
  for (let i = 0; i < LENGTH; i++) sum += ones((a[i] ?? 0) & (b[i] ?? 0))
  return sum / WORLDS
}

/** 32 bits from four. Source: the finalizers of MurmurHash3 and of Wellons' lowbias32. */
export const hash = (a: number, b: number, c: number, d: number): number => {
  let x = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d) ^ Math.imul(c + 0x165667b1, 0x27d4eb2f)
  x = Math.imul(x ^ (x >>> 13), 0x297a2d39) ^ Math.imul(d + 0x5bd1e995, 0x9e3779b1)
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

export const hashText = (text: string): number => {
  let sum = text.length
  for (let i = 0; i < text.length; i++) sum = hash(sum, text.charCodeAt(i), 7, 7)
  return sum
}

/** The worlds in which something of this probability does not happen: as many as that says, spread by a lattice. */
export const spared = (probability: number, seed: number): Bits => {
  const bits = new Int32Array(LENGTH).fill(-1)
  const struck = Math.floor(probability * WORLDS + hash(seed, 3, 0, 0) / 2 ** 32)
  if (struck <= 0) return bits
  const [step, from] = [hash(seed, 1, 0, 0) | 1, hash(seed, 2, 0, 0)]
  for (let s = 0; s < WORLDS; s++)
    if (((Math.imul(step, s) + from) & (WORLDS - 1)) < struck)
      bits[s >> 5] = (bits[s >> 5] ?? 0) & ~(1 << (s & 31))
  return bits
}

/** The worlds in which `holds`, numbered from 0. */
export const worldsWhere = (holds: (world: number) => boolean): Bits => {
  const bits = new Int32Array(LENGTH)
  for (let s = 0; s < WORLDS; s++) if (holds(s)) bits[s >> 5] = (bits[s >> 5] ?? 0) | (1 << (s & 31))
  return bits
}
