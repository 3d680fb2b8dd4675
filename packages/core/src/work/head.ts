/** The head of the branch: what it is, and whether it is known to have passed. */
import { isSome, none, some, type Option } from 'fp-ts/lib/Option.js'
import type { Sha } from '../ids.js'
import type { Head, Standing } from '../model/state.js'
import { turnBook } from './pullRequests.js'
import { headSha, type Work } from './work.js'

/** Moves the head. A base that was read is known to hold from now on; older reads can't override it. */
export const moveHead = (
  work: Work,
  sha: Sha,
  standing: Standing,
  landedFrom: Head['landedFrom'] = none,
): Work => {
  const head: Option<Head> = some({ sha, standing, seq: work.seq, landedFrom })
  const from = headSha(work)
  return from === sha ? { ...work, head } : { ...turnBook(work, from, sha), head }
}

export const setStanding = (work: Work, standing: Standing): Work =>
  isSome(work.head) ? { ...work, head: some({ ...work.head.value, standing }) } : work
