/** Commits that are made, and what is in them. */
import { sha, type Member, type Sha } from '../../index.js'

/** The commit of this source on that one, so named that making it twice makes the same; what it adds comes first. */
const commitOn = (onto: Sha, { pr, source }: Member): Sha => sha(`m${pr}:${source}<${onto}`)

/** The commits after each member. */
export const chainOn = (base: Sha, members: ReadonlyArray<Member>): ReadonlyArray<Sha> =>
  members.reduce<ReadonlyArray<Sha>>(
    (chain, member) => [...chain, commitOn(chain.at(-1) ?? base, member)],
    [],
  )

/** The tree of a merge says what went into it. */
export const mergedTree = (base: Sha, source: Sha): Sha => sha(`${base}+${source}`)

export const contents = (tree: Sha): ReadonlyArray<string> => tree.split('+')
