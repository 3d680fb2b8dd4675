/** What `check-model` prints. */
import type { Exploration, Model } from '@headgate/core/checking'

export interface Explored {
  readonly model: Model
  readonly exploration: Exploration
  readonly seconds: number
}

const SHIFT = 32n

/** States that two worlds share, because one is a part of the other, are counted once. */
const distinct = (results: ReadonlyArray<Explored>): number => {
  const all = new BigUint64Array(results.reduce((n, { exploration }) => n + exploration.states, 0))
  let at = 0
  for (const { exploration } of results) {
    const { high, low } = exploration.digests
    for (let i = 0; i < high.length; i++) all[at++] = (BigInt(high[i] ?? 0) << SHIFT) | BigInt(low[i] ?? 0)
  }
  all.sort()
  return all.reduce((n, digest, i) => (i > 0 && all[i - 1] === digest ? n : n + 1), 0)
}

const depthOf = (results: ReadonlyArray<Explored>): number =>
  Math.max(...results.map(({ exploration }) => exploration.depth))

/** One line of JSON; `states` counts distinct states over all worlds. */
export const jsonLine = (results: ReadonlyArray<Explored>, seconds: number, cpuSeconds: number): string =>
  JSON.stringify({
    states: distinct(results),
    depth: depthOf(results),
    seconds,
    violations: results.flatMap(({ model, exploration }) =>
      exploration.findings.map((finding) => ({ world: model.name, ...finding })),
    ),
    /** Of all threads: what it costs on a machine that has other things to do. */
    cpuSeconds,
    exhausted: results.every(({ exploration }) => exploration.exhausted),
    worlds: results.map(
      ({ model, exploration: { states, transitions, depth, exhausted }, seconds: took }) => ({
        name: model.name,
        states,
        transitions,
        depth,
        exhausted,
        seconds: took,
      }),
    ),
  })

const findingText = ({ model, exploration }: Explored): ReadonlyArray<string> =>
  exploration.findings.map(({ guarantee, text, steps, trace }) =>
    [`\n${guarantee} is broken in world "${model.name}" after ${steps} moves: ${text}`, ...trace].join('\n'),
  )

export const summary = (results: ReadonlyArray<Explored>, seconds: number): string => {
  const rows = results.map(({ model, exploration, seconds: took }) =>
    [
      model.name.padEnd(22),
      exploration.states.toLocaleString('en').padStart(10),
      `depth ${exploration.depth}`.padStart(10),
      `${took} s`.padStart(9),
      exploration.exhausted ? 'all visited' : 'cut',
    ].join('  '),
  )
  const findings = results.flatMap(findingText)
  const verdict = findings.length === 0 ? 'No guarantee is broken.' : `${findings.length} broken.`
  return [
    ...rows,
    ...findings,
    `${distinct(results).toLocaleString('en')} distinct states in ${seconds} s. ${verdict}`,
  ].join('\n')
}

export const listing = (models: ReadonlyArray<Model>): string =>
  models.map((model) => `${model.name.padEnd(22)}  ${model.about}`).join('\n')
