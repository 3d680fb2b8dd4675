/** What a retry hides: the batch that it names and all older ones, and nothing that was started after it. */
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, epochMs, prNumber, type Event } from '@headgate/core'
import { feed } from '../support/play.js'
import { begin, finish, look, open, quiesce, running, type Story } from '../support/drive.js'
import { perform } from '../support/world.js'

const retry = (story: Story, named?: number): void =>
  feed(story.game, {
    _tag: 'TestRetried',
    at: epochMs(++story.game.world.now),
    by: 'ada',
    pr: prNumber(1),
    batchId: named === undefined ? none : some(batchId(named)),
  })

const batches = (story: Story) => story.game.world.batches.map((b) => [b.id, b.state])
const landed = (story: Story) => story.game.world.landings.map((l) => l.pr)

/** #1 and #2 are tested on the same head; #2 lands, so #1 holds a result of the head before. */
const outdated = (): Story => {
  const story = begin({ maxTestRuns: 2 })
  open(story, 1, { decision: 'NONE', approved: new Set() })
  open(story, 2)
  finish(finish(look(story), 1), 2)
  const pr = story.game.world.prs.get(1)
  if (pr === undefined) throw new Error('#1 is open')
  pr.decision = 'APPROVED'
  pr.approved.add(pr.source)
  return story
}

describe('a retry', () => {
  test('of nothing in particular stops the current run and starts another', () => {
    const story = begin()
    open(story, 1)
    look(story)
    retry(story)
    quiesce(story)
    expect(batches(story)).toEqual([
      [1, 'cancelled'],
      [2, 'running'],
    ])
  })

  test('that names a batch which is not there yet hides no run that is started after it', () => {
    const story = begin()
    open(story, 1)
    look(story)
    retry(story, 999)
    quiesce(story)
    finish(story, 1)
    expect(landed(story)).toEqual([1])
  })

  test('that names the batch of the last result leaves the run on the new head alone', () => {
    const story = outdated()
    look(story)
    expect(running(story)).toEqual([1])
    retry(story, 1)
    quiesce(story)
    expect(running(story)).toEqual([1])
    finish(story, 1)
    expect(landed(story)).toEqual([2, 1])
    expect(batches(story).filter(([, state]) => state === 'cancelled')).toEqual([])
  })

  test('that names the batch whose submission is not answered yet stops that run', () => {
    const story = begin()
    open(story, 1)
    const answers: Array<Event> = []
    feed(story.game, {
      _tag: 'GithubHinted',
      at: epochMs(++story.game.world.now),
      concern: { _tag: 'Everything' },
    })
    for (let effect = story.game.out.shift(); effect !== undefined; effect = story.game.out.shift()) {
      const answer = perform(story.game.world, effect)
      if (effect._tag === 'SubmitTestBatch') answers.push(answer)
      else feed(story.game, answer)
    }
    retry(story, 1)
    answers.forEach((answer) => feed(story.game, answer))
    quiesce(story)
    expect(batches(story)).toEqual([
      [1, 'cancelled'],
      [2, 'running'],
    ])
  })

  test('that names an older batch than the current one changes nothing', () => {
    const story = begin()
    open(story, 1)
    look(story)
    retry(story)
    quiesce(story)
    retry(story, 1)
    quiesce(story)
    finish(story, 1)
    expect(landed(story)).toEqual([1])
    expect(story.game.world.batches).toHaveLength(2)
  })

  test('S11: does not hide its own run when the stopped one gets its batch later (found by check-model)', () => {
    const story = begin()
    open(story, 1)
    feed(story.game, {
      _tag: 'GithubHinted',
      at: epochMs(++story.game.world.now),
      concern: { _tag: 'Everything' },
    })
    const carryOut = (stop: (story: Story) => boolean): void => {
      for (; !stop(story);) {
        const effect = story.game.out.shift()
        if (effect === undefined) throw new Error('nothing is out')
        feed(story.game, perform(story.game.world, effect))
      }
    }
    const submission = (): number => story.game.out.findIndex((effect) => effect._tag === 'SubmitTestBatch')
    carryOut(() => submission() >= 0)
    const [slow] = story.game.out.splice(submission(), 1)
    if (slow === undefined) throw new Error('no submission')
    retry(story)
    quiesce(story)
    feed(story.game, perform(story.game.world, slow))
    quiesce(story)
    expect(batches(story)).toEqual([
      [1, 'running'],
      [2, 'cancelled'],
    ])
    finish(story, 1)
    expect(landed(story)).toEqual([1])
  })
})
