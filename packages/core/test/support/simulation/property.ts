/**
 * A property of random games. When it fails, the game is shrunk and written as a trace that replays the failure, and the
 * message says both how to draw the same game again and how to play the trace.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as fc from 'fast-check'
import type { GameOptions } from './game.js'
import type { Command } from './phrases.js'
import { playSwarm, shrinkPlayed, type Played } from './run.js'
import { swarms, type Size } from './swarm.js'
import { writeTrace } from './trace.js'

export interface Chance {
  readonly seed: number
  readonly path: string | undefined
  /** Scales every number of runs; 400 is what `npm test` does. */
  readonly runs: number
  /** Where traces of failures are written. */
  readonly found: string
}

const root = fileURLToPath(new URL('../../../../../', import.meta.url))

const env = (name: string): string | undefined => process.env[name]

export const chance: Chance = {
  seed: Number(env('HEADGATE_SEED') ?? Date.now() % 2 ** 31),
  path: env('HEADGATE_PATH'),
  runs: Number(env('HEADGATE_RUNS') ?? 400),
  found: env('HEADGATE_FOUND') ?? join(root, 'test/traces/found'),
}

export interface Property {
  /** The name of its test, for replay. */
  readonly name: string
  readonly size: Size
  /** How many of `chance.runs` games are played: 1 is all. */
  readonly share: number
  readonly options?: GameOptions
  /** Commands after the random ones. */
  readonly ending?: ReadonlyArray<Command>
}

const slug = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')

const replayCommand = (name: string, seed: number, path: string): string =>
  `HEADGATE_SEED=${seed} HEADGATE_PATH=${path} npx vitest run packages/core/test/properties -t '${name}'`

interface Failure {
  readonly property: Property
  readonly seed: number
  readonly path: string
  readonly played: Played
}

/** Writes the trace of a failure; returns where, and what to say. */
const report = ({ property, seed, path, played }: Failure, found: string): string => {
  const options = property.options ?? {}
  const least = shrinkPlayed(played, options)
  const broken = least.broken ?? played.broken
  const what = (broken?.violations ?? []).map((v) => `${v.guarantee}: ${v.text}`)
  const file = join(found, `${slug(property.name)}-${seed}.txt`)
  const again = replayCommand(property.name, seed, path)
  const comments = [
    `Found by the property "${property.name}", which broke`,
    ...what,
    `The same game again: ${again}`,
  ]
  mkdirSync(found, { recursive: true })
  writeFileSync(file, writeTrace(comments, least.commands, options))
  return [
    ...what,
    `after ${least.commands.length} commands, shrunk from ${played.commands.length}: ${relative(root, file)}`,
    `the same game again: ${again}`,
    `the trace alone:     npm run -s traces -- ${relative(root, file)}`,
  ].join('\n')
}

const replayed = ({ path }: Chance) => (path === undefined ? {} : { path })

/** Plays random games until one breaks a guarantee, and then throws with all that is needed to see it again. */
export const assertGames = (property: Property, by: Chance = chance): void => {
  const failures: Array<Played> = []
  const { size, share, options, ending } = property
  fc.assert(
    fc.property(swarms(size), (swarm) => {
      const played = playSwarm(swarm, options, ending)
      if (played.broken !== undefined) failures.push(played)
      return played.broken === undefined
    }),
    {
      seed: by.seed,
      numRuns: Math.max(1, Math.ceil(by.runs * share)),
      // Games are shrunk as lists of commands, after; see swarm.ts.
      endOnFailure: true,
      ...replayed(by),
      reporter: ({ failed, seed, counterexamplePath, errorInstance }) => {
        const [played] = failures
        if (played !== undefined)
          throw new Error(report({ property, seed, path: counterexamplePath ?? '0', played }, by.found))
        if (failed) throw errorInstance
      },
    },
  )
}

/** A property that is not about one game. Its message says how to see the failure again. */
export const assertAll = <A>(
  name: string,
  share: number,
  arbitrary: fc.Arbitrary<A>,
  check: (value: A) => void,
  by: Chance = chance,
): void =>
  fc.assert(fc.property(arbitrary, check), {
    seed: by.seed,
    numRuns: Math.max(1, Math.ceil(by.runs * share)),
    endOnFailure: true,
    ...replayed(by),
    reporter: ({ failed, seed, counterexamplePath, errorInstance }) => {
      if (!failed) return
      const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance)
      throw new Error(`${why}\nagain: ${replayCommand(name, seed, counterexamplePath ?? '0')}`, {
        cause: errorInstance,
      })
    },
  })
