import type { PullRow } from '../store/rows.js'

/** What the refs of a repository now say about one open pull request. */
export type PullFacts = {
  /** The head branch's commit now; null when the branch is gone. */
  readonly head: string | null
  /** The base branch's commit now; null when the branch is gone. */
  readonly base: string | null
  /** Commits the base branch gained in this step, each with the commit that brought it in. */
  readonly introduced: ReadonlyMap<string, string>
  /** Was the new head on the base branch all along? */
  readonly headWasOnBase: boolean
}

/** What becomes of the pull request. */
export type PullMove =
  | { readonly _tag: 'Stays' }
  | { readonly _tag: 'Merged'; readonly head: string; readonly mergeSha: string }
  | { readonly _tag: 'Synchronized'; readonly head: string }
  | { readonly _tag: 'Closed'; readonly head: string }

/**
 * GitHub's own reading of a moved ref: a pull request whose head (or whose prepared landing commit) has become part
 * of its base is merged; one whose branch is gone, or was reset to something the base already had, is closed.
 */
export const moveOf = (pull: Pick<PullRow, 'head_sha' | 'landing_sha'>, facts: PullFacts): PullMove => {
  const head = facts.head ?? pull.head_sha
  const landed = pull.landing_sha === null ? undefined : facts.introduced.get(pull.landing_sha)
  const mergeSha = landed === undefined ? facts.introduced.get(head) : (pull.landing_sha ?? landed)
  if (mergeSha !== undefined) return { _tag: 'Merged', head, mergeSha }
  if (facts.base === null || facts.head === null) return { _tag: 'Closed', head }
  if (head === pull.head_sha) return { _tag: 'Stays' }
  return facts.headWasOnBase ? { _tag: 'Closed', head } : { _tag: 'Synchronized', head }
}

/**
 * For the commits a branch gained (oldest first, with parents), which first-parent commit of the branch brought each
 * in. For a merge commit that is the merge, for a fast-forward the commit itself.
 */
export const introducedBy = (
  gained: ReadonlyArray<{ readonly sha: string; readonly parents: ReadonlyArray<string> }>,
  tip: string,
): ReadonlyMap<string, string> => {
  const parentsOf = new Map(gained.map((c) => [c.sha, c.parents]))
  const chain: Array<string> = []
  for (let at: string | undefined = tip; at !== undefined && parentsOf.has(at); at = parentsOf.get(at)?.[0]) {
    chain.push(at)
  }
  const introduced = new Map<string, string>()
  for (const lander of chain.reverse()) {
    const open = [lander]
    for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
      if (introduced.has(sha) || !parentsOf.has(sha)) continue
      introduced.set(sha, lander)
      open.push(...(parentsOf.get(sha) ?? []))
    }
  }
  return introduced
}
