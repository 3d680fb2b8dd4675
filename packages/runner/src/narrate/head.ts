/** What became of the branch's head. */
import { isNone, isSome, none } from 'fp-ts/lib/Option.js'
import type { BranchState, Head } from '@headgate/core'
import { line, type Line } from './line.js'
import { short } from './words.js'

const standing = (head: Head): ReadonlyArray<Line> => {
  switch (head.standing._tag) {
    case 'Verified':
      return head.standing.how === 'tested'
        ? [line('passed', `The head ${short(head.sha)} passed its own test.`)]
        : []
    case 'Broken':
      return [line('failed', head.standing.text, none, head.standing.batchId)]
    case 'Inspecting':
    case 'Unverified':
      return []
  }
}

export const narrateHead = (before: BranchState, after: BranchState): ReadonlyArray<Line> => {
  if (isNone(after.head) || before.head === after.head) return []
  const head = after.head.value
  const was = before.head
  if (isNone(was)) return [line('branch', `${after.name.branch} is at ${short(head.sha)}.`)]
  const moved = was.value.sha !== head.sha
  if (!moved) return was.value.standing._tag === head.standing._tag ? [] : standing(head)
  // What we landed is told with the pull request.
  return isSome(head.landedFrom)
    ? []
    : [line('branch', `${after.name.branch} was moved past the gate to ${short(head.sha)}.`)]
}
