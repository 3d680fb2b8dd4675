/** Landing: the branch moves by compare-and-swap, and the world looks at what it is moved to. */
/* eslint-disable functional/immutable-data -- one world's own store */
import { isSome } from 'fp-ts/lib/Option.js'
import type { EffectOf, Sha } from '../../index.js'
import type { Bare } from './answer.js'
import { moveBranch, type Forge } from './forge.js'
import type { Change, Commit } from './commits.js'
import type { World } from './world.js'

/** How many changes one landing may bring. */
const MOST = 10_000

const refusal = (code: 'HeadMoved' | 'SourceMoved' | 'Refused', text: string): Bare => ({
  _tag: 'LandingRefused',
  code,
  text,
})

/** The changes between the head and this commit, oldest first; none if it is not on top of the head. */
const changesOnHead = ({ branch, commits }: Forge, commit: Commit): ReadonlyArray<Change> | undefined => {
  const changes: Change[] = []
  for (let at: Commit | undefined = commit; at !== undefined && changes.length < MOST;) {
    if (at.name === branch.head.name) return changes.reverse()
    if (at.change === undefined) return undefined
    changes.push(at.change)
    at = at.parent === undefined ? undefined : commits.get(at.parent)
  }
  return undefined
}

const isCurrent = ({ open }: Forge, { pr, version }: Change): boolean => open.get(pr)?.version === version

/** What must be true of a landing, by the world's own record. */
const objections = (world: World, commit: Commit, changes: ReadonlyArray<Change>): ReadonlyArray<string> => [
  ...(world.engine.hasPassed(commit.name) ? [] : [`${commit.name} landed without having passed`]),
  ...changes
    .filter(({ pr }) => world.forge.open.get(pr)?.approved !== true)
    .map(({ pr }) => `#${pr + 1} landed without approval`),
]

const move = (world: World, commit: Commit, changes: ReadonlyArray<Change>, now: number): void => {
  const { forge } = world
  const { height } = forge.branch
  changes.forEach(({ pr }, index) => {
    forge.open.delete(pr)
    forge.ends.landed[pr] = now
    forge.ends.heights[pr] = height + index + 1
  })
  moveBranch(forge, commit, changes.length)
}

/** Looks first, so that a repeat finds what an earlier attempt did. */
const wasLanded = ({ forge }: World, commit: Sha): boolean => forge.branch.heights.has(commit)

export const land = (world: World, { ticket }: EffectOf<'LandBranch'>, now: number): Bare => {
  const commit = isSome(ticket.commit) ? world.forge.commits.get(ticket.commit.value) : undefined
  if (commit === undefined) return refusal('Refused', 'there is no such commit')
  if (wasLanded(world, commit.name)) return { _tag: 'BranchLanded', landed: commit.name }
  if (world.forge.branch.head.name !== ticket.base) return refusal('HeadMoved', 'the branch is elsewhere')
  const changes = changesOnHead(world.forge, commit)
  if (changes === undefined) return refusal('Refused', 'it is not on top of the branch')
  if (!changes.every((change) => isCurrent(world.forge, change)))
    return refusal('SourceMoved', 'a new commit was pushed')
  world.book.wrongs.push(...objections(world, commit, changes))
  world.book.useful.add(ticket.run)
  move(world, commit, changes, now)
  return { _tag: 'BranchLanded', landed: commit.name }
}
