/** The head of the branch: what it is, and whether it is known to have passed. */
import { isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import type { Sha } from '../ids.js'
import type { Head, Standing } from '../model/state.js'
import { carryChains } from './chains.js'
import { turnBook } from './pullRequests.js'
import { headSha, markStale, type Work } from './work.js'

/** Moves the head. A base that was read is known to hold from now on; older reads can't override it. */
export const moveHead = (
  work: Work,
  sha: Sha,
  standing: Standing,
  landedFrom: Head['landedFrom'] = none,
): Work => {
  const head: Option<Head> = some({ sha, standing, seq: work.seq, doubted: false, landedFrom })
  const from = headSha(work)
  return from === sha ? { ...work, head } : carryChains({ ...turnBook(work, from, sha), head }, from, sha)
}

export const setStanding = (work: Work, standing: Standing): Work =>
  isSome(work.head) ? { ...work, head: some({ ...work.head.value, standing }) } : work

/** The branch is not where we believe: it is read again, and only a read asked from now on counts. */
export const doubtHead = (work: Work): Work =>
  isSome(work.head)
    ? markStale({ ...work, head: some({ ...work.head.value, doubted: true, seq: work.seq }) }, { head: true })
    : work

/** A read showed the head that we know: no doubt is left, and reads asked before now can't override it. */
export const confirmHead = (work: Work): Work =>
  isSome(work.head) ? { ...work, head: some({ ...work.head.value, doubted: false, seq: work.seq }) } : work
