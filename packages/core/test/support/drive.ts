/** Drives the core and the simulated world faithfully, for scenarios that read like stories. */
import { none } from 'fp-ts/lib/Option.js'
import { epochMs, type Effect, type Policy } from '@headgate/core'
import { feed, newGame, type Game } from './play.js'
import { perform, type WorldPr } from './world.js'

export interface Story {
  readonly game: Game
  /** Every effect carried out so far, in order. */
  readonly done: Array<Effect>
}

export const begin = (change: Partial<Policy> = {}): Story => ({
  game: newGame({ deployable: false, unverifiedHead: 'trust', ...change }),
  done: [],
})

/** Carries out what is ordered until nothing is. Time stands still. */
export const quiesce = (story: Story): Story => {
  for (let effect = story.game.out.shift(); effect !== undefined; effect = story.game.out.shift()) {
    story.done.push(effect)
    feed(story.game, perform(story.game.world, effect))
  }
  return story
}

export const open = (story: Story, number: number, change: Partial<WorldPr> = {}): void => {
  const source = change.source ?? `s${number}.1`
  story.game.world.prs.set(number, {
    number,
    source,
    author: 'ada',
    open: true,
    merged: null,
    labels: new Set(),
    decision: 'APPROVED',
    approved: new Set([source]),
    draft: false,
    ...change,
  })
}

/** The forge is looked at afresh. */
export const look = (story: Story): Story => {
  feed(story.game, {
    _tag: 'GithubHinted',
    at: epochMs(++story.game.world.now),
    concern: { _tag: 'Everything' },
  })
  return quiesce(story)
}

/** The running batch of this pull request (none: any, or the deploy) ends. */
export const finish = (
  story: Story,
  pr: number | null,
  as: 'success' | 'failure' | 'cancelled' = 'success',
): Story => {
  const batch = story.game.world.batches.find((b) => b.state === 'running' && b.pr === pr)
  if (batch === undefined) throw new Error(`no running batch of ${pr}`)
  batch.state = as
  feed(story.game, { _tag: 'BatchHinted', at: epochMs(++story.game.world.now), batchId: none })
  return quiesce(story)
}

/** The effects of this kind carried out so far. */
export const doneOf = <T extends Effect['_tag']>(
  story: Story,
  tag: T,
): ReadonlyArray<Extract<Effect, { _tag: T }>> =>
  story.done.filter((effect): effect is Extract<Effect, { _tag: T }> => effect._tag === tag)

export const running = (story: Story): ReadonlyArray<number | null> =>
  story.game.world.batches.filter((b) => b.state === 'running').map((b) => b.pr)
