/** What a stranger may send where JSON is expected: any value, and good JSON with something wrong in it. */
import * as fc from 'fast-check'

type Json = unknown
type Container = Record<string, Json> | Json[]

const isContainer = (json: Json): json is Container => typeof json === 'object' && json !== null

/** `levels` lists within each other; as text, no deeper than a parser must take. */
export const deepText = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`

export const deep = (levels: number): Json => {
  let json: Json = null
  for (let i = 0; i < levels; i += 1) json = i % 2 === 0 ? [json] : { next: json }
  return json
}

const strangeKeys = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '_tag',
  'length',
  '0',
  '',
  '\ud800',
]

/** Values that decoders meet in bad dreams. */
export const strangeValue: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, '', 0, -0, -1, 0.5, 1e308, Infinity, -Infinity, NaN, 2 ** 53, 1e999),
  fc.constantFrom<Json>(
    [],
    {},
    [[]],
    [null],
    { _tag: 'None' },
    { _tag: '__proto__' },
    '\ud800',
    '\u0000',
    undefined,
  ),
  fc.constantFrom<Json>('x'.repeat(100_000), Array(10_000).fill(0), deep(1_000)),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.jsonValue(),
  fc.constantFrom(...strangeKeys).map((key) => JSON.parse(`{${JSON.stringify(key)}:{"_tag":"x"}}`) as Json),
)

/** Every container in the value, the value itself first. */
const containersIn = (json: Json): ReadonlyArray<Container> => {
  const found: Container[] = []
  const rest: Json[] = [json]
  for (let next = rest.pop(); rest.length > 0 || next !== undefined; next = rest.pop()) {
    if (!isContainer(next) || found.length > 2_000) continue
    found.push(next)
    rest.push(...Object.values(next).filter(isContainer))
  }
  return found
}

/** An own property of any name, `__proto__` too; in a list that has no such place, one more item. */
const put = (container: Container, key: string, value: Json): void => {
  if (Array.isArray(container) && !(Number(key) < container.length)) container.push(value)
  else Object.defineProperty(container, key, { value, enumerable: true, configurable: true, writable: true })
}

interface Mutation {
  readonly container: number
  readonly key: number
  readonly what: 'delete' | 'replace' | 'add' | 'double' | 'swap'
  readonly strange: string
  readonly value: Json
}

const mutate = (root: { json: Json }, m: Mutation): void => {
  const containers = containersIn(root)
  const container = containers[m.container % containers.length] as Container
  const keys = Object.keys(container)
  const key = keys[m.key % Math.max(1, keys.length)]
  if (key === undefined || m.what === 'add') return put(container, m.strange, m.value)
  switch (m.what) {
    case 'delete':
      return Array.isArray(container)
        ? void container.splice(Number(key), 1)
        : void Reflect.deleteProperty(container, key)
    case 'replace':
      return put(container, key, m.value)
    case 'double':
      return Array.isArray(container)
        ? void container.push(container[Number(key)])
        : put(container, `${key}2`, (container as Record<string, Json>)[key])
    case 'swap': {
      const other = keys[(m.key + 1) % keys.length] as string
      const values = container as Record<string, Json>
      const [a, b] = [values[key], values[other]]
      put(container, key, b)
      return put(container, other, a)
    }
  }
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  container: fc.nat(2_000),
  key: fc.nat(50),
  what: fc.constantFrom('delete', 'replace', 'add', 'double', 'swap'),
  strange: fc.constantFrom(...strangeKeys),
  value: strangeValue,
})

/** Good JSON with up to four things done to it. */
export const mutated = (good: Json): fc.Arbitrary<Json> =>
  fc.array(mutation, { minLength: 1, maxLength: 4 }).map((mutations) => {
    const root = { json: structuredClone(good) }
    // Each value is a copy of its own: a later mutation may change it.
    for (const m of mutations) mutate(root, { ...m, value: structuredClone(m.value) })
    return root.json
  })

/** Good text with a piece cut out, doubled or replaced. */
export const mutatedText = (good: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.nat(good.length),
      fc.nat(60),
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant('')),
    )
    .map(([at, length, piece]) => good.slice(0, at) + piece + good.slice(at + length))

/** Seed and number of runs of a property, told: HEADGATE_SEED=<seed> replays, HEADGATE_RUNS=<n> looks longer. */
export const seeded = (name: string, runs: number): { readonly seed: number; readonly numRuns: number } => {
  const seed = Number(process.env['HEADGATE_SEED'] ?? Date.now() % 2 ** 31)
  console.log(`${name}: HEADGATE_SEED=${seed}`)
  return { seed, numRuns: Number(process.env['HEADGATE_RUNS'] ?? runs) }
}
