/** What is stale is read, one read of a kind at a time; what goes stale meanwhile is read once more after. */
import { isSome } from 'fp-ts/lib/Option.js'
import * as Set from '../collections/sortedSet.js'
import { isOut, markStale, order, type Step, type Work } from '../work/work.js'

/** From this many stale pull requests on, one read of the whole branch is cheaper. */
const manyPullRequests = 50

const readBranch: Step = (work) => {
  const many = Set.size(work.stale.pullRequests) > manyPullRequests
  if (!(work.stale.branch || many) || isOut(work, 'ReadBranch')) return work
  const none = work.stale.pullRequests
  const cleared = markStale(work, {
    branch: false,
    head: false,
    pullRequests: Set.toArray(none).reduce((set, pr) => Set.remove(set, pr), none),
  })
  return order(cleared, { _tag: 'ReadBranch' })
}

const readHead: Step = (work) =>
  work.stale.head && !isOut(work, 'ReadHead')
    ? order(markStale(work, { head: false }), { _tag: 'ReadHead' })
    : work

const readPullRequests: Step = (work) =>
  Set.size(work.stale.pullRequests) > manyPullRequests
    ? work
    : Set.toArray(work.stale.pullRequests).reduce(
        (w: Work, pr) =>
          isOut(w, `ReadPullRequest/${pr}`)
            ? w
            : order(markStale(w, { pullRequests: Set.remove(w.stale.pullRequests, pr) }), {
                _tag: 'ReadPullRequest',
                pr,
              }),
        work,
      )

/** A batch belongs to a pull request, so the first list waits for the first read of those. */
const branchIsKnown = (work: Work): boolean =>
  work.listed || (isSome(work.head) && !work.stale.branch && !isOut(work, 'ReadBranch'))

const readBatches: Step = (work) =>
  work.stale.batches && !isOut(work, 'ReadBatches') && branchIsKnown(work)
    ? order(markStale(work, { batches: false }), { _tag: 'ReadBatches' })
    : work

const readBatch: Step = (work) =>
  Set.toArray(work.stale.batch).reduce(
    (w: Work, batchId) =>
      isOut(w, `ReadBatch/${batchId}`)
        ? w
        : order(markStale(w, { batch: Set.remove(w.stale.batch, batchId) }), { _tag: 'ReadBatch', batchId }),
    work,
  )

const reads: ReadonlyArray<Step> = [readBranch, readHead, readPullRequests, readBatches, readBatch]

export const planReads: Step = (work) => reads.reduce((w, read) => read(w), work)
