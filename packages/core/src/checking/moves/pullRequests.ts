/** What people do to a pull request. */
import { none } from 'fp-ts/lib/Option.js'
import { SortedMap } from '../../index.js'
import type { Reduce, Situation } from '../model.js'
import { isTestOf, putPr, sourceOf, type World, type WorldPr } from '../world/world.js'
import type { Move } from './move.js'
import { spend, still, tell, type Taken } from './tell.js'

const pushTo = (world: World, pr: WorldPr): World => {
  const pushes = pr.pushes + 1
  return putPr(spend(world, 'pushes'), { ...pr, pushes, source: sourceOf(pr.number, pushes) })
}

const review = (world: World, pr: WorldPr): World => {
  const valid = pr.approved && pr.approvals.includes(pr.source)
  return putPr(
    spend(world, 'reviews'),
    valid
      ? { ...pr, approved: false, approvals: [] }
      : {
          ...pr,
          approved: true,
          approvals: [pr.source],
          onceApproved: pr.onceApproved.includes(pr.source)
            ? pr.onceApproved
            : [...pr.onceApproved, pr.source],
        },
  )
}

/** The batches of this pull request's source that have a verdict or may get one: what a retry makes void. */
const voided = (world: World, pr: WorldPr): World => ({
  ...spend(world, 'testRetries'),
  void: world.batches
    .filter((batch) => world.void.includes(batch.id) || isTestOf(batch, pr.number, pr.source))
    .map((batch) => batch.id),
})

export const changePr = (
  reduce: Reduce,
  situation: Situation,
  what: Extract<Move, { readonly pr: unknown }>['do'],
  pr: WorldPr,
): Taken => {
  const { state, world } = situation
  const { now: at } = state
  const by = 'operator'
  switch (what) {
    case 'hintPr':
      return tell(
        reduce,
        { state, world: spend(world, 'hints') },
        { _tag: 'GithubHinted', at, concern: { _tag: 'PullRequest', pr: pr.number } },
      )
    case 'push':
      return still({ state, world: pushTo(world, pr) })
    case 'review':
      return still({ state, world: review(world, pr) })
    case 'label':
      return still({ state, world: putPr(spend(world, 'labels'), { ...pr, blocked: !pr.blocked }) })
    case 'close':
      return still({ state, world: putPr(spend(world, 'closings'), { ...pr, open: false }) })
    case 'authorize': {
      const told = { ...spend(world, 'authorizations'), authorized: [...world.authorized, pr.source] }
      return tell(reduce, { state, world: told }, { _tag: 'ShaAuthorized', at, by, sha: pr.source })
    }
    case 'retryTest':
      return tell(
        reduce,
        { state, world: voidedAsSeen(situation, pr) },
        { _tag: 'TestRetried', at, by, pr: pr.number, batchId: none },
      )
  }
}

/** A retry is about what the operator sees: headgate's own picture of the pull request. */
const voidedAsSeen = ({ state, world }: Situation, pr: WorldPr): World => {
  const seen = SortedMap.get(state.pullRequests, pr.number)
  return seen?.snapshot.source === pr.source ? voided(world, pr) : spend(world, 'testRetries')
}
