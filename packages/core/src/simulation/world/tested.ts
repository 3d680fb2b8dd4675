/** What was learned of commits by testing them. */
/* eslint-disable functional/immutable-data -- one world's own store; nothing of it is handed out to be changed */
import type { Sha } from '../../index.js'

export interface Tested {
  /** How many runs of this commit came to an end. */
  readonly times: (commit: Sha) => number
  readonly note: (commit: Sha, passed: boolean) => void
  readonly hasPassed: (commit: Sha) => boolean
}

/** Commits of long ago are forgotten, so that a long life does not fill the memory. */
const MANY = 20_000

export const newTested = (): Tested => {
  const ended = new Map<Sha, { readonly times: number; readonly passed: boolean }>()
  return {
    times: (commit) => ended.get(commit)?.times ?? 0,
    note: (commit, passed) => {
      const old = ended.get(commit)
      ended.set(commit, { times: (old?.times ?? 0) + 1, passed: passed || old?.passed === true })
      if (ended.size > MANY) for (const name of [...ended.keys()].slice(0, MANY / 2)) ended.delete(name)
    },
    hasPassed: (commit) => ended.get(commit)?.passed === true,
  }
}
