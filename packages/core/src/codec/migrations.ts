/**
 * The written form changes by steps: one migration from each version to the next, on raw JSON, pure and total. What a
 * migration does not find as it expects it leaves alone; the decoder of the newest form then says what is wrong.
 */

import { identity } from 'fp-ts/lib/function.js'

export type Json = unknown
type Change = (json: Json) => Json

/** From one version of the written form to the next. A part that is not named did not change. */
export interface Migration {
  readonly about: string
  readonly state?: Change
  readonly event?: Change
  readonly policy?: Change
}
export type Part = Exclude<keyof Migration, 'about'>

type JsonObject = Readonly<Record<string, Json>>
const isObject = (json: Json): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** Changes an object; anything else stays as it is. */
const inObject =
  (change: (object: JsonObject) => JsonObject): Change =>
  (json) =>
    isObject(json) ? change(json) : json

const lengthOf = (json: Json): number => (Array.isArray(json) ? json.length : 0)

/** Migration n (counted from 1) leads from version n to version n + 1. Never change one that was released; add one. */
export const migrations: ReadonlyArray<Migration> = [
  {
    about:
      'The past is bounded: old landings are numbers, ended deploys are counted, old invalidations are one mark. Pull requests that left are remembered while a read may still show them.',
    state: inObject((state) => ({
      ...state,
      version: 2,
      gone: [],
      invalidatedUpTo: null,
      landedBefore: [],
      deploy: inObject((deploy) => ({ ...deploy, ended: lengthOf(deploy['history']) }))(state['deploy']),
    })),
  },
  {
    about: 'Whether the batches have ever been listed is remembered: where the branch was known, they were.',
    state: inObject((state) => ({ ...state, version: 3, listed: state['head'] !== null })),
  },
]

/** The version that this program writes. */
export const journalVersion = 3

/** `json` of version `from` in the form of the newest version. Needs 1 <= from <= the newest. */
export const migrate = (part: Part, from: number, json: Json, steps = migrations): Json =>
  steps.slice(from - 1).reduce((form, step) => (step[part] ?? identity)(form), json)
