import { some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { batchId, BranchStateCodec, epochMs } from '@headgate/core'
import { begin, look, running, type Story } from '../support/drive.js'
import { feed } from '../support/play.js'
import { perform } from '../support/world.js'

const now = (story: Story) => epochMs(++story.game.world.now)

test('a batch that nobody waits for any more is not read again, although a hint spoke of it', () => {
  const story = look(begin({ unverifiedHead: 'test' }))
  expect(running(story)).toEqual([null])
  const { game } = story
  // Its read is out when it is spoken of again, so the read that is to follow is only noted.
  feed(game, { _tag: 'BatchHinted', at: now(story), batchId: some(batchId(1)) })
  feed(game, { _tag: 'BatchHinted', at: now(story), batchId: some(batchId(1)) })
  expect(BranchStateCodec.encode(game.state).stale.batch).toEqual([1])
  game.world.head = 'pushed'
  feed(game, { _tag: 'GithubHinted', at: now(story), concern: { _tag: 'Head' } })
  const read = game.out.find((effect) => effect._tag === 'ReadHead')
  if (read === undefined) throw new Error('the head is not read')
  feed(game, perform(game.world, read))
  expect(BranchStateCodec.encode(game.state).stale.batch).toEqual([])
  expect(game.out.filter((effect) => effect._tag === 'ReadBatch')).toHaveLength(1)
})
