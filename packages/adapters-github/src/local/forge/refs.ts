import * as E from 'fp-ts/lib/Either.js'
import { forbidden, notFound, stale, unprocessable, type Refusal } from '../failure.js'
import { isAncestor, resolve } from '../git/commits.js'
import { isRefName, moveRefs, type RefStep } from '../git/refs.js'
import { refSha } from '../store/lookups.js'
import type { RepoRow, UserRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'
import { bypassesReviews, isExempt, mayPush, missingChecks, protectionOf } from './protection.js'
import { settle } from './settle.js'

/** One wished ref change. `before` undefined: whatever it is; null: it must not exist. `after` null: delete. */
export type RefWish = {
  readonly name: string
  readonly before?: string | null
  readonly after: string | null
  readonly force: boolean
}

/**
 * Why the rules of a protected branch refuse a push of `after` (null: a deletion), or null. What needs the pushed
 * objects (is it a fast-forward?) is asked elsewhere.
 */
export const pushRefusal = (
  world: World,
  actor: UserRow,
  repo: RepoRow,
  change: { readonly name: string; readonly before: string | null; readonly after: string | null },
): string | null => {
  if (!change.name.startsWith('refs/heads/')) return null
  const rules = protectionOf(world, repo, change.name.slice('refs/heads/'.length))
  if (rules === null || isExempt(repo, rules, actor)) return null
  if (change.after === null) return rules.allowDeletions ? null : 'Cannot delete a protected branch'
  if (!mayPush(repo, rules, actor)) return `You're not authorized to push to this branch.`
  // The first commit of a branch can't have been checked on it.
  if (change.before === null) return null
  if (!bypassesReviews(rules, actor)) return 'Changes must be made through a pull request.'
  return missingChecks(world, repo, rules, change.after)
}

/** Does the branch's protection forbid anything but fast-forwards, whatever `force` says? */
export const refusesForce = (world: World, actor: UserRow, repo: RepoRow, name: string): boolean => {
  const rules = protectionOf(world, repo, name.replace(/^refs\/heads\//, ''))
  return rules !== null && !rules.allowForcePushes && !isExempt(repo, rules, actor)
}

const checked = async (
  world: World,
  actor: UserRow,
  repo: RepoRow,
  wish: RefWish,
): Promise<E.Either<Refusal, RefStep>> => {
  const dir = gitDir(world, repo)
  if (!(await isRefName(dir, wish.name)) || wish.name.startsWith('refs/pull/'))
    return E.left(unprocessable(`Reference name is invalid: ${wish.name}`))
  const current = refSha(world.db, repo, wish.name)
  if (wish.before !== undefined && wish.before !== current) {
    const expected = wish.before ?? 'not to exist'
    return E.left(
      stale(`Reference ${wish.name} was expected to be ${expected} but is ${current ?? 'missing'}.`),
    )
  }
  const step = { name: wish.name, before: current, after: wish.after }
  if (wish.after === null && wish.name === `refs/heads/${repo.default_branch}`)
    return E.left(unprocessable(`refusing to delete the current branch: ${wish.name}`))
  if (wish.after === null && current === null) return E.left(unprocessable('Reference does not exist'))
  if (wish.after !== null) {
    const object = await resolve(dir, wish.after)
    if (object === null || object.sha !== wish.after) return E.left(unprocessable('Object does not exist'))
    if (wish.name.startsWith('refs/heads/') && object.type !== 'commit')
      return E.left(unprocessable('Object is not a commit'))
    const mustFollow = !wish.force || refusesForce(world, actor, repo, wish.name)
    if (current !== null && mustFollow && !(await isAncestor(dir, current, wish.after)))
      return E.left(
        unprocessable(wish.force ? 'Cannot force-push to this branch' : 'Update is not a fast forward'),
      )
  }
  const refused = pushRefusal(world, actor, repo, step)
  return refused === null ? E.right(step) : E.left(unprocessable(refused))
}

/** Changes refs, all of them or none, under protection and by compare-and-swap. */
export const changeRefs = (
  world: World,
  actor: UserRow,
  repo: RepoRow,
  wishes: ReadonlyArray<RefWish>,
): Promise<E.Either<Refusal, void>> =>
  world.lock(repo.network_id, async () => {
    const steps: Array<RefStep> = []
    for (const wish of wishes) {
      const step = await checked(world, actor, repo, wish)
      if (E.isLeft(step)) return step
      steps.push(step.right)
    }
    const moved = await moveRefs(gitDir(world, repo), steps)
    if (E.isLeft(moved)) return E.left(unprocessable(`Reference update failed: ${moved.left}`))
    await settle(world, repo, actor)
    return E.right(undefined)
  })

/** Creates one ref; one that exists is refused as GitHub does. */
export const createRef = async (
  world: World,
  actor: UserRow,
  repo: RepoRow,
  name: string,
  sha: string,
): Promise<E.Either<Refusal, void>> => {
  if (refSha(world.db, repo, name) !== null) return E.left(unprocessable('Reference already exists'))
  return changeRefs(world, actor, repo, [{ name, before: null, after: sha, force: false }])
}

/** Moves one ref that exists. */
export const updateRef = async (
  world: World,
  actor: UserRow,
  repo: RepoRow,
  name: string,
  sha: string,
  force: boolean,
): Promise<E.Either<Refusal, void>> => {
  if (refSha(world.db, repo, name) === null) return E.left(unprocessable('Reference does not exist'))
  return changeRefs(world, actor, repo, [{ name, after: sha, force }])
}

/** Only the owner and the service's apps may set the rules of a branch or the hooks of a repository. */
export const mayAdminister = (repo: RepoRow, actor: UserRow): E.Either<Refusal, void> =>
  actor.type === 'Bot' || actor.login.toLowerCase() === repo.owner.toLowerCase()
    ? E.right(undefined)
    : E.left(forbidden('Must have admin rights to Repository.'))

/** A branch's head, or GitHub's answer for a missing branch. */
export const branchHead = (world: World, repo: RepoRow, branch: string): E.Either<Refusal, string> => {
  const sha = refSha(world.db, repo, `refs/heads/${branch}`)
  return sha === null ? E.left(notFound('Branch not found')) : E.right(sha)
}
