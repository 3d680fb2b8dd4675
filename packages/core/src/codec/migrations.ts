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

const inEach =
  (change: Change): Change =>
  (json) =>
    Array.isArray(json) ? json.map(change) : json

/** Changes a field, where there is one. */
const at = (field: string, change: Change): Change =>
  inObject((object) => (field in object ? { ...object, [field]: change(object[field]) } : object))

const all =
  (...changes: ReadonlyArray<Change>): Change =>
  (json) =>
    changes.reduce((form, change) => change(form), json)

const tagOf = (json: Json): Json => (isObject(json) ? json['_tag'] : undefined)

/** The fourth version's new fields, as they are where there was one pull request to a run. */
const chained = {
  policy: inObject((policy) => ({
    ...policy,
    order: { _tag: 'checks' },
    retries: { failed: 0, infrastructure: 0, timeout: 0 },
  })),
  snapshot: inObject((snapshot) => ({ ...snapshot, paths: [], dependsOn: [] })),
  run: inObject((run) => ({ ...run, chain: [] })),
  effect: inObject(({ title, date: _, ...effect }) =>
    effect['_tag'] === 'PrepareCommit'
      ? { ...effect, titles: [title] }
      : { ...effect, ...(title === undefined ? {} : { title }) },
  ),
} as const

const chainedEvent: Change = (json) => {
  switch (tagOf(json)) {
    case 'CommitPrepared':
      return inObject((event) => ({ ...event, chain: [event['commit']] }))(json)
    case 'PreparationFailed':
      return inObject((event) => ({ ...event, culprit: null }))(json)
    case 'PolicyChanged':
      return at('policy', chained.policy)(json)
    case 'BranchObserved':
      return at('pullRequests', inEach(chained.snapshot))(json)
    case 'PullRequestObserved':
      return at('fate', at('snapshot', chained.snapshot))(json)
    default:
      return json
  }
}

/** The fifth version's new fields of a policy, as they were in effect before. */
const bounded = {
  policy: inObject((policy) => ({
    ...policy,
    maxOvertaken: Number.MAX_SAFE_INTEGER,
    preemption: 'unwanted',
  })),
} as const

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
  {
    about:
      'Runs of several pull requests: the commits of a chain, chains that passed, what was tried, turns in the queue, retries; changed paths and dependencies of pull requests; whether a source has a new run.',
    state: all(
      inObject((state) => ({ ...state, version: 4, chains: [], tried: [], lately: [], turns: 0 })),
      at('policy', chained.policy),
      at('sources', inEach(inObject((source) => ({ ...source, renewed: source['posted'] === 'pending' })))),
      at('runs', inEach(chained.run)),
      at(
        'pullRequests',
        inEach(
          all(
            inObject((pr) => ({ ...pr, tries: { failed: 0, infrastructure: 0, timeout: 0 }, queued: null })),
            at('snapshot', chained.snapshot),
            at('result', at('evidence', chained.run)),
          ),
        ),
      ),
      at('inFlight', inEach(at('effect', chained.effect))),
    ),
    event: chainedEvent,
    policy: chained.policy,
  },
  {
    about:
      'What became of dependencies that are not open; how often each was overtaken, without a bound as before; runs that the strategy does not want any more are stopped, as before.',
    state: all(
      inObject((state) => ({ ...state, version: 5, fates: [] })),
      at('policy', bounded.policy),
      at('pullRequests', inEach(inObject((pr) => ({ ...pr, overtaken: 0 })))),
    ),
    event: (json) => (tagOf(json) === 'PolicyChanged' ? at('policy', bounded.policy)(json) : json),
    policy: bounded.policy,
  },
]

/** The version that this program writes. */
export const journalVersion = 5

/** `json` of version `from` in the form of the newest version. Needs 1 <= from <= the newest. */
export const migrate = (part: Part, from: number, json: Json, steps = migrations): Json =>
  steps.slice(from - 1).reduce((form, step) => (step[part] ?? identity)(form), json)
