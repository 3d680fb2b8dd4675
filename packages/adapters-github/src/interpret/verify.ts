import type { EffectOf, Failure } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { isSome } from 'fp-ts/lib/Option.js'
import { placeOf, type GithubInterpreterOptions } from './context.js'

type Ticket = EffectOf<'LandBranch'>['ticket']

/**
 * What lands is what was reviewed: combines the base and the approved sources afresh, from the mirror's own objects, and
 * compares the tree with the one that was tested. The right side is the objection, undefined when there is none.
 */
export const objectionTo = async (
  options: GithubInterpreterOptions,
  ticket: Ticket,
): Promise<E.Either<Failure, string | undefined>> => {
  const { branch } = placeOf(options)
  const { base, members, method, title, commit, tree } = ticket
  const afresh = await options.mirror.combine({
    branch,
    base,
    members,
    method,
    titles: members.map(() => title),
  })
  if (E.isLeft(afresh)) return afresh
  if (afresh.right._tag === 'Conflict') return E.right(afresh.right.text)
  const wanted = afresh.right.tree
  if (isSome(tree) && tree.value !== wanted)
    return E.right(
      `The tree on the ticket (${tree.value}) is not what the base and the sources give (${wanted}).`,
    )
  if (!isSome(commit)) return E.right(undefined)
  const tested = await options.mirror.treeOf(commit.value)
  if (E.isLeft(tested)) return tested
  if (tested.right !== wanted)
    return E.right(`The tested tree (${tested.right}) is not what the base and the sources give (${wanted}).`)
  const onBase = await options.mirror.isAncestor(base, commit.value)
  if (E.isLeft(onBase)) return onBase
  return E.right(onBase.right ? undefined : `The tested commit ${commit.value} is not based on ${base}.`)
}
