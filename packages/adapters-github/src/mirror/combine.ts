import type { Failure, Member, MergeMethod, PrNumber, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { commitTree, type Person, type Signature } from './commitTree.js'
import type { Git } from './git.js'
import { authorsOf, describe } from './history.js'
import { mergeTree, type Merge } from './mergeTree.js'
import { isAncestor, laterDate, treeOf } from './objects.js'
import { rebase } from './rebase.js'

/** What to combine and how. The same recipe gives the same commit, on any machine. */
export interface Recipe {
  /** The name of the watched branch, for texts and for fetching. */
  readonly branch: string
  readonly base: Sha
  readonly members: ReadonlyArray<Member>
  readonly method: MergeMethod
  /** One for each member; where there is none the commit is named after its source. */
  readonly titles: ReadonlyArray<string>
}

/** The commit that would land, or the pull request that stands in the way and what its author can do. */
export type Combination =
  /** `chain`: the commits after each member; the last is `commit`. */
  | {
      readonly _tag: 'Combined'
      readonly commit: Sha
      readonly tree: Sha
      readonly chain: ReadonlyArray<Sha>
    }
  | { readonly _tag: 'Conflict'; readonly pr: PrNumber; readonly text: string }

type Step = E.Either<Failure, Combination>
type Combined = Extract<Combination, { readonly _tag: 'Combined' }>

const withCommit = ({ chain }: Combined, commit: Sha, tree: Sha): Combined => ({
  _tag: 'Combined',
  commit,
  tree,
  chain: [...chain, commit],
})

const FILES_SHOWN = 10

const list = (files: ReadonlyArray<string>): string => {
  const shown = files.slice(0, FILES_SHOWN).join(', ')
  return files.length > FILES_SHOWN ? `${shown} and ${files.length - FILES_SHOWN} more` : shown
}

const conflict = (
  recipe: Recipe,
  { pr }: Member,
  merge: Exclude<Merge, { readonly _tag: 'Clean' }>,
  during = '',
): Combination => {
  const { branch, members } = recipe
  if (merge._tag === 'Unrelated') {
    const text = `#${pr} has no common history with ${branch}. Recreate it from ${branch}.`
    return { _tag: 'Conflict', pr, text }
  }
  const where = `in ${list(merge.files)}${during}`
  const others = members.slice(
    0,
    members.findIndex((member) => member.pr === pr),
  )
  const text =
    others.length === 0
      ? `#${pr} conflicts with ${branch} ${where}. Rebase it on ${branch}, or merge ${branch} into it, and push.`
      : `#${pr} conflicts with ${branch} with ${others.map((o) => `#${o.pr}`).join(', ')} on it ${where}.`
  return { _tag: 'Conflict', pr, text }
}

const contained = (recipe: Recipe, { pr }: Member): Combination => ({
  _tag: 'Conflict',
  pr,
  text: `#${pr} has nothing that ${recipe.branch} does not have already. Close it, or push a change.`,
})

const titleOf = async (git: Git, recipe: Recipe, member: Member): Promise<E.Either<Failure, string>> => {
  const given = recipe.titles[recipe.members.indexOf(member)]
  if (given !== undefined) return E.right(given.replace(/\s+/g, ' ').trim())
  const described = await describe(git, member.source)
  return E.isLeft(described) ? described : E.right(`${described.right.subject} (#${member.pr})`)
}

const mergeMessage = ({ pr }: Member, title: string): string => `Merge pull request #${pr}\n\n${title}\n`

const squashMessage = (title: string, others: ReadonlyArray<Person>): string => {
  const trailers = others.map(({ name, email }) => `Co-authored-by: ${name} <${email}>\n`).join('')
  return trailers === '' ? `${title}\n` : `${title}\n\n${trailers}`
}

const mergeOrSquash = async (
  git: Git,
  recipe: Recipe,
  at: Combined,
  member: Member,
  committer: Signature,
): Promise<Step> => {
  const { commit: tip, tree: before } = at
  const merge = await mergeTree(git, tip, member.source)
  if (E.isLeft(merge)) return merge
  if (merge.right._tag !== 'Clean') return E.right(conflict(recipe, member, merge.right))
  // What was squashed leaves no ancestry behind: only that nothing changes shows that it is there already.
  if (recipe.method === 'squash' && merge.right.tree === before) return E.right(contained(recipe, member))
  const title = await titleOf(git, recipe, member)
  if (E.isLeft(title)) return title
  const { tree } = merge.right
  const people = recipe.method === 'merge' ? E.right([]) : await authorsOf(git, tip, member.source)
  if (E.isLeft(people)) return people
  const [author = committer, ...others] = people.right
  const commit = await commitTree(
    git,
    recipe.method === 'merge'
      ? {
          tree,
          parents: [tip, member.source],
          message: mergeMessage(member, title.right),
          author: committer,
          committer,
        }
      : {
          tree,
          parents: [tip],
          message: squashMessage(title.right, others),
          author: { ...author, date: committer.date },
          committer,
        },
  )
  return E.isLeft(commit) ? commit : E.right(withCommit(at, commit.right, tree))
}

const replay = async (
  git: Git,
  recipe: Recipe,
  at: Combined,
  member: Member,
  committer: Signature,
): Promise<Step> => {
  const { commit: tip } = at
  const rebased = await rebase(git, tip, member.source, committer)
  if (E.isLeft(rebased)) return rebased
  if (rebased.right._tag === 'Stopped') {
    const { at: stop, merge } = rebased.right
    return E.right(conflict(recipe, member, merge, ` at its commit ${stop.slice(0, 12)}`))
  }
  const { tip: commit, tree } = rebased.right
  return E.right(commit === tip ? contained(recipe, member) : withCommit(at, commit, tree))
}

const add = async (
  git: Git,
  recipe: Recipe,
  at: Combined,
  member: Member,
  committer: Signature,
): Promise<Step> => {
  const known = await isAncestor(git, member.source, at.commit)
  if (E.isLeft(known)) return known
  if (known.right) return E.right(contained(recipe, member))
  return recipe.method === 'rebase'
    ? replay(git, recipe, at, member, committer)
    : mergeOrSquash(git, recipe, at, member, committer)
}

/** Puts the members, in order, on the base. All commits must be in the mirror. */
export const combine = async (git: Git, recipe: Recipe, service: Person): Promise<Step> => {
  const start = await treeOf(git, recipe.base)
  if (E.isLeft(start)) return start
  let at: Combined = { _tag: 'Combined', commit: recipe.base, tree: start.right, chain: [] }
  for (const member of recipe.members) {
    const date = await laterDate(git, at.commit, member.source)
    if (E.isLeft(date)) return date
    const committer = { ...service, date: date.right }
    const next: Step = await add(git, recipe, at, member, committer)
    if (E.isLeft(next) || next.right._tag === 'Conflict') return next
    at = next.right
  }
  return E.right(at)
}
