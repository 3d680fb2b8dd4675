/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export const chance = (seed: number): (() => number) => {
  let a = seed | 0
  return () => {
    a = (a + 0x6d2b79f5) | 0
    const t = Math.imul(a ^ (a >>> 15), 1 | a)
    const u = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((u ^ (u >>> 14)) >>> 0) / 4294967296
  }
}
