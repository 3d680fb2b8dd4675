/**
 * What is remembered of the past, and how much of it: a service that runs for years must not grow without bound. Each
 * list is cut when it has doubled, so that the cutting costs next to nothing per event. No guarantee is forgotten with
 * it: that a pull request has landed, and up to which batch results are invalid, is kept in a few bytes for ever.
 */
import { isNone, some } from 'fp-ts/lib/Option.js'
import * as M from '../collections/sortedMap.js'
import * as Set from '../collections/sortedSet.js'
import type { EpochMs, PrNumber, Sha } from '../ids.js'
import type { TriedRun } from '../model/run.js'
import { invalidationKey, type Deploy, type Landed, type LandingRecord } from '../model/state.js'
import type { Work } from './work.js'

/** The newest landings, deploys and authorizations that are kept in full. */
export const kept = {
  landings: 5_000,
  deploys: 1_000,
  authorizations: 10_000,
  tried: 200,
  lately: 100,
} as const

const byAge = (a: { readonly at: EpochMs }, b: { readonly at: EpochMs }): number => a.at - b.at

/** Of landings of long ago only the numbers stay: what has landed here never lands again (S8). */
export const rememberLanding = (work: Work, landing: LandingRecord): Work => {
  const landings = M.set(work.landings, landing.pr, landing)
  if (M.size(landings) <= 2 * kept.landings) return { ...work, landings }
  const old = [...M.valuesArray(landings)].sort(byAge).slice(0, -kept.landings)
  return {
    ...work,
    landings: old.reduce((map, { pr }) => M.remove(map, pr), landings),
    landedBefore: old.reduce((set, { pr }) => Set.add(set, pr), work.landedBefore),
  }
}

export const hasLanded = (work: Pick<Work, 'landings' | 'landedBefore'>, pr: PrNumber): boolean =>
  M.has(work.landings, pr) || M.has(work.landedBefore, pr)

export const rememberDeploy = (deploy: Deploy, ended: Deploy['history'][number]): Deploy => {
  const history = [...deploy.history, ended]
  return {
    ...deploy,
    ended: deploy.ended + 1,
    history: history.length > 2 * kept.deploys ? history.slice(-kept.deploys) : history,
  }
}

/** Of authorizations that concern no open pull request the oldest are forgotten: then they must be given again. */
export const rememberAuthorization = (work: Work, sha: Sha, by: string, at: EpochMs): Work => {
  const authorizations = M.set(work.authorizations, sha, { by, at })
  if (M.size(authorizations) <= 2 * kept.authorizations) return { ...work, authorizations }
  const idle = M.toArray(authorizations).filter(([source]) => !M.has(work.sources, source) && source !== sha)
  const old = [...idle].sort(([, a], [, b]) => byAge(a, b)).slice(0, -kept.authorizations)
  return { ...work, authorizations: old.reduce((map, [source]) => M.remove(map, source), authorizations) }
}

/**
 * A pull request has left a source. Batch ids count upwards, so one mark for the whole branch takes the place of its
 * own: no batch as old as the invalidated one is ever adopted again (S11), at the worst a test is done twice.
 */
export const foldInvalidation = (work: Work, pr: PrNumber, source: Sha): Work => {
  const key = invalidationKey(pr, source)
  const upTo = M.get(work.invalidated, key)
  if (upTo === undefined) return work
  const mark = work.invalidatedUpTo
  return {
    ...work,
    invalidated: M.remove(work.invalidated, key),
    invalidatedUpTo: isNone(mark) || mark.value < upTo ? some(upTo) : mark,
  }
}

const trimmed = <A>(list: ReadonlyArray<A>, length: number): ReadonlyArray<A> =>
  list.length > 2 * length ? list.slice(-length) : list

/** How a run ended; `serial` learns nothing from it. */
export const remember = (work: Work, run: TriedRun): Work =>
  work.policy.strategy._tag === 'serial'
    ? work
    : { ...work, tried: trimmed([...work.tried, run], kept.tried) }

/** What landed, with what it changed; `serial` does not ask. */
export const rememberPaths = (work: Work, landed: Landed): Work =>
  work.policy.strategy._tag === 'serial'
    ? work
    : { ...work, lately: trimmed([...work.lately, landed], kept.lately) }
