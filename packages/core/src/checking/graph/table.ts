/**
 * The graph of what was visited, in typed arrays: a set of 64-bit fingerprints (open addressing) and, per state, where it
 * was reached from, by which move, and where the fair move leads. Fifteen bytes a state and the index, instead of the
 * state itself; a trace is rebuilt by making its moves again.
 *
 * This file changes what it holds: a set of a million entries can't be copied for each new one. Only `explore` has a
 * table, and it hands out nothing but finished numbers.
 */
/* eslint-disable functional/no-let, functional/immutable-data -- see above */
import type { Digest } from '../fingerprint/fingerprint.js'

/** Stands for: not known, none. */
export const nowhere = 0xffffffff

export interface Table {
  readonly size: () => number
  /** The number of this state, negative (-1 - number) if it is new. */
  readonly add: (digest: Digest, parent: number, move: number) => number
  readonly setFair: (state: number, next: number, marks: number) => void
  readonly parentOf: (state: number) => number
  readonly moveOf: (state: number) => number
  readonly fairOf: (state: number) => number
  readonly marksOf: (state: number) => number
  /** The fingerprints of all states. */
  readonly digests: () => Digests
}

/** Fingerprints, halves apart: the n-th is `high[n]`, `low[n]`. */
export interface Digests {
  readonly high: Uint32Array
  readonly low: Uint32Array
}

const longer = <A extends Uint32Array | Uint16Array | Uint8Array>(make: (n: number) => A, old: A): A => {
  const next = make(old.length * 2)
  next.set(old)
  return next
}
const u32 = (n: number): Uint32Array => new Uint32Array(n)

export const newTable = (): Table => {
  let size = 0
  let capacity = 1 << 14
  let high = u32(capacity)
  let low = u32(capacity)
  let parent = u32(capacity)
  let move = new Uint16Array(capacity)
  let fair = u32(capacity).fill(nowhere)
  let marks = new Uint8Array(capacity)
  // Twice as many slots as states, each with a state's number plus one.
  let slots = u32(capacity * 2)

  const slotOf = (h: number, l: number): number => {
    const mask = slots.length - 1
    for (let slot = (h ^ Math.imul(l, 0x9e3779b1)) & mask; ; slot = (slot + 1) & mask) {
      const entry = slots[slot] ?? 0
      if (entry === 0 || (high[entry - 1] === h && low[entry - 1] === l)) return slot
    }
  }
  const grow = (): void => {
    high = longer(u32, high)
    low = longer(u32, low)
    parent = longer(u32, parent)
    move = longer((n) => new Uint16Array(n), move)
    fair = longer(u32, fair).fill(nowhere, capacity)
    marks = longer((n) => new Uint8Array(n), marks)
    capacity *= 2
    slots = u32(capacity * 2)
    for (let state = 0; state < size; state++) slots[slotOf(high[state] ?? 0, low[state] ?? 0)] = state + 1
  }

  return {
    size: () => size,
    add: (digest, from, by) => {
      const slot = slotOf(digest.high, digest.low)
      const entry = slots[slot] ?? 0
      if (entry !== 0) return entry - 1
      const state = size
      size += 1
      slots[slot] = size
      high[state] = digest.high
      low[state] = digest.low
      parent[state] = from
      move[state] = by
      if (size === capacity) grow()
      return -1 - state
    },
    setFair: (state, next, mark) => {
      fair[state] = next
      marks[state] = mark
    },
    parentOf: (state) => parent[state] ?? nowhere,
    moveOf: (state) => move[state] ?? 0,
    fairOf: (state) => fair[state] ?? nowhere,
    marksOf: (state) => marks[state] ?? 0,
    digests: () => ({ high: high.slice(0, size), low: low.slice(0, size) }),
  }
}
