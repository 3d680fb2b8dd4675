/**
 * Turns a traversal into 64 bits. Names are replaced by the order in which they are first met, so two values that
 * differ by names only give the same bits; things in a bag may be written in any order.
 *
 * This file changes what it holds, and nothing outside can see it do so: the writer is scratch paper that is wiped at the
 * start of each digest, and only the finished digest leaves. It is written some hundred million times in an exploration.
 */
/* eslint-disable functional/no-let, functional/immutable-data -- see above */

export interface Writer {
  readonly put: (n: number) => void
  readonly flag: (b: boolean) => void
  /** A word that means the same everywhere: a tag, a state. */
  readonly word: (s: string) => void
  /** A name, by the order of its first appearance. */
  readonly name: (s: string) => void
  readonly bag: <A>(items: Iterable<A>, write: (item: A) => void) => void
}

export interface Digest {
  readonly high: number
  readonly low: number
}

const rotate = (n: number, by: number): number => (n << by) | (n >>> (32 - by))

/** The finalizer of MurmurHash3: every bit of the input reaches every bit of the output. */
const finish = (n: number): number => {
  const a = Math.imul(n ^ (n >>> 16), 0x85ebca6b)
  const b = Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  return (b ^ (b >>> 16)) >>> 0
}

const hashOf = (s: string): number => {
  let hash = s.length
  for (let i = 0; i < s.length; i++) hash = Math.imul(hash ^ s.charCodeAt(i), 0x01000193)
  return finish(hash)
}

/** A function that digests what is written. Two lanes of MurmurHash3 with different constants. */
export const makeDigest = <A>(write: (w: Writer, value: A) => void): ((value: A) => Digest) => {
  const names = new Map<string, number>()
  const words = new Map<string, number>()
  let high = 0
  let low = 0
  let sorting = false
  let strangers = 0

  const put = (n: number): void => {
    const k = Math.imul(n, 0xcc9e2d51)
    high = Math.imul(rotate(high ^ Math.imul(rotate(k, 15), 0x1b873593), 13), 5) + 0xe6546b64
    const l = Math.imul(n ^ 0x2545f491, 0x239b961b)
    low = Math.imul(rotate(low ^ Math.imul(rotate(l, 16), 0x38b34ae5), 19), 5) + 0x561ccd1b
  }
  const name = (s: string): void => {
    const known = names.get(s)
    if (known === undefined) strangers += 1
    // In a bag it is not known yet whose turn it is to be named: every stranger looks alike.
    if (known === undefined && !sorting) names.set(s, names.size)
    put(known ?? (sorting ? -1 : names.size - 1))
  }
  const word = (s: string): void => {
    const known = words.get(s) ?? hashOf(s)
    words.set(s, known)
    put(known)
  }
  const bag = <B>(items: Iterable<B>, one: (item: B) => void): void => {
    const [outerHigh, outerLow, outerSorting] = [high, low, sorting]
    const seal = (item: B): Digest => {
      high = 0x12345678
      low = 0x7654321
      one(item)
      return { high: finish(high ^ rotate(low, 7)), low: finish(low ^ rotate(high, 11)) }
    }
    // First as if all strangers were one; those that bring strangers are then named in the order of what they look like.
    sorting = true
    const looks = [...items].map((item) => {
      const before = strangers
      const look = seal(item)
      return { item, look, strange: strangers > before }
    })
    sorting = outerSorting
    const strange = looks.filter((l) => l.strange)
    if (strange.length > 1) strange.sort((a, b) => a.look.high - b.look.high || a.look.low - b.look.low)
    const sealed = sorting
      ? looks.map((l) => l.look)
      : [...looks.filter((l) => !l.strange).map((l) => l.look), ...strange.map((l) => seal(l.item))]
    high = outerHigh
    low = outerLow
    put(sealed.length)
    put(sealed.reduce((sum, digest) => (sum + digest.high) | 0, 0))
    put(sealed.reduce((sum, digest) => (sum + digest.low) | 0, 0))
  }
  const writer: Writer = { put, flag: (b) => put(b ? 1 : 0), word, name, bag }

  return (value) => {
    names.clear()
    high = 0x9747b28c
    low = 0x3c6ef372
    write(writer, value)
    return { high: finish(high ^ rotate(low, 9)), low: finish(low ^ rotate(high, 21)) }
  }
}
