/**
 * Commits, named by what is in them: the commit after a member is known by its parent and the member's source, so that
 * [A] and [A, B] share the commit of A, whoever made it.
 */
/* eslint-disable functional/immutable-data -- one world's own store; nothing of it is handed out to be changed */
import { sha, type Sha } from '../../index.js'
import { hash, kinds } from '../chance.js'

/** A pull request at its n-th version. */
export interface Change {
  readonly pr: number
  readonly version: number
}

export interface Commit {
  readonly name: Sha
  readonly parent: Sha | undefined
  /** None: pushed past the gate, or the beginning. */
  readonly change: Change | undefined
  /** Two halves of a hash of all that is in it. */
  readonly high: number
  readonly low: number
}

export interface Commits {
  readonly get: (name: Sha) => Commit | undefined
  /** The commits that make these changes one after another on top of `base`. */
  readonly chain: (base: Commit, changes: ReadonlyArray<Change>) => ReadonlyArray<Commit>
  /** A commit from somebody else. */
  readonly foreign: (parent: Commit | undefined, count: number) => Commit
}

const MANY = 20_000

const nameOf = (high: number, low: number): Sha =>
  sha(high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0'))

const after = (parent: Commit | undefined, pr: number, version: number): Omit<Commit, 'change'> => {
  const high = hash(parent?.high ?? 0, kinds.commit, pr, version)
  const low = hash(parent?.low ?? 1, kinds.commit, pr, version)
  return { name: nameOf(high, low), parent: parent?.name, high, low }
}

/** Commits that nobody has asked for in a long time are forgotten, so that a long life does not fill the memory. */
const forgetOld = (known: Map<Sha, Commit>): void => {
  if (known.size < MANY) return
  for (const name of [...known.keys()].slice(0, MANY / 2)) known.delete(name)
}

export const newCommits = (): Commits => {
  const known = new Map<Sha, Commit>()
  const keep = (commit: Commit): Commit => {
    const old = known.get(commit.name)
    known.delete(commit.name)
    known.set(commit.name, old ?? commit)
    forgetOld(known)
    return old ?? commit
  }
  return {
    get: (name) => known.get(name),
    chain: (base, changes) => {
      const made: Commit[] = []
      for (const change of changes)
        made.push(keep({ ...after(made.at(-1) ?? base, change.pr, change.version), change }))
      return made
    },
    foreign: (parent, count) => keep({ ...after(parent, -1, count), change: undefined }),
  }
}
