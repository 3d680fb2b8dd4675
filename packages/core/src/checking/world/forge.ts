/** The forge: what it shows when it is read, and what it does when it is asked. */
import { isSome, some } from 'fp-ts/lib/Option.js'
import {
  sha,
  type EffectOf,
  type Event,
  type LandingTicket,
  type Member,
  type PullRequestFate,
  type PullRequestSnapshot,
  type Sha,
} from '../../index.js'
import { chainOn, contents, mergedTree } from './commits.js'
import { headOf, prOfNumber, putPr, statusOf, type Landed, type World, type WorldPr } from './world.js'

/** What an effect did, and the fact that answers it (its name and time are put on by the caller). */
export type Done = readonly [World, Bare]
type Without<E> = E extends Event ? Omit<E, 'at' | 'answers'> : never
export type Bare = Without<Extract<Event, { readonly answers: unknown }>>

const snapshotOf = (world: World, pr: WorldPr): PullRequestSnapshot => {
  const status = statusOf(world, pr.source)
  return {
    number: pr.number,
    title: `change ${pr.number}`,
    author: pr.author,
    source: pr.source,
    sourceBranch: `branch-${pr.number}`,
    draft: false,
    labels: pr.blocked ? ['WIP'] : [],
    reviewDecision: pr.approved ? 'APPROVED' : 'REVIEW_REQUIRED',
    approvedShas: pr.approvals,
    checks:
      status === undefined
        ? []
        : [{ name: 'headgate', state: some(status.toUpperCase()), reporter: some('headgate') }],
    paths: [],
    dependsOn: [],
  }
}

export const readBranch = (world: World): Bare => ({
  _tag: 'BranchObserved',
  head: headOf(world).sha,
  requiredChecks: ['headgate'],
  pullRequests: world.prs.filter((pr) => pr.open).map((pr) => snapshotOf(world, pr)),
})

const fateOf = (world: World, pr: WorldPr | undefined): PullRequestFate =>
  pr?.open === true
    ? { _tag: 'Open', snapshot: snapshotOf(world, pr) }
    : pr?.landed === undefined
      ? { _tag: 'Closed' }
      : { _tag: 'Merged', commit: some(pr.landed) }

export const readPullRequest = (world: World, number: number): Bare => ({
  _tag: 'PullRequestObserved',
  fate: fateOf(world, prOfNumber(world, number)),
})

const treeOf = (world: World, commit: Sha): Sha =>
  world.history.find((landed) => landed.sha === commit)?.tree ?? sha('unknown')

/** The first member that can't be put on those before it and the base. */
const clashIn = ({ faults }: World, base: Sha, members: ReadonlyArray<Member>): Member | undefined =>
  members.find(({ source }, i) => {
    const before = [...contents(base), ...members.slice(0, i).map((member) => member.source)]
    return faults.clashing.some(
      (pair) => pair.includes(source) && pair.some((other) => before.includes(other)),
    )
  })

export const prepare = (world: World, { base, members }: EffectOf<'PrepareCommit'>): Bare => {
  const chain = chainOn(base, members)
  const tree = treeOf(world, base)
  const clash = clashIn(world, tree, members)
  return clash === undefined
    ? {
        _tag: 'CommitPrepared',
        commit: chain.at(-1) ?? base,
        chain,
        tree: members.reduce((onto, { source }) => mergedTree(onto, source), tree),
      }
    : { _tag: 'PreparationFailed', code: 'MergeConflict', text: 'it conflicts', culprit: some(clash.pr) }
}

export const inspect = (world: World, commit: Sha): Bare => {
  const found = world.history.find((landed) => landed.sha === commit)
  return {
    _tag: 'CommitInspected',
    parents: found?.parent === undefined ? [] : [found.parent],
    tree: treeOf(world, commit),
  }
}

export const postStatus = (world: World, effect: EffectOf<'PostStatus'>): World => ({
  ...world,
  statuses: [
    ...world.statuses.filter((status) => status.sha !== effect.sha),
    { sha: effect.sha, state: effect.state },
  ],
})

const refusal = (code: 'HeadMoved' | 'SourceMoved' | 'Refused', text: string): Bare => ({
  _tag: 'LandingRefused',
  code,
  text,
})

/**
 * Looks first, so that a repeat finds what an earlier attempt did. The swap is atomic: the branch moves from exactly the
 * ticket's base, or not at all.
 */
const fastForward = (world: World, ticket: LandingTicket): Done => {
  const head = headOf(world)
  const commit = isSome(ticket.commit) ? ticket.commit.value : sha('none')
  if (world.history.some((landed) => landed.sha === commit))
    return [world, { _tag: 'BranchLanded', landed: commit }]
  if (head.sha !== ticket.base) return [world, refusal('HeadMoved', 'the branch is elsewhere')]
  const objection = objectionTo(world, ticket)
  if (objection !== undefined) return [world, objection]
  const tree = isSome(ticket.tree) ? ticket.tree.value : sha('none')
  return move(world, ticket, { sha: commit, parent: head.sha, tree, gated: true })
}

/** What the forge has against landing the first of the members about whom it has something. */
const objectionTo = (world: World, { members }: LandingTicket): Bare | undefined =>
  members
    .map(({ pr, source }) => objectionToOne(prOfNumber(world, pr), source))
    .find((objection) => objection !== undefined)

const objectionToOne = (pr: WorldPr | undefined, source: Sha): Bare | undefined =>
  pr?.open !== true
    ? refusal('Refused', 'it is closed')
    : pr.source === source
      ? undefined
      : refusal('SourceMoved', 'a new commit was pushed')

/** The branch moves, once, and with it all members. */
const move = (world: World, { members }: LandingTicket, landed: Landed): Done => [
  members.reduce<World>(
    (w, { pr: number }) => {
      const pr = prOfNumber(w, number)
      return pr === undefined ? w : putPr(w, { ...pr, open: false, landed: landed.sha })
    },
    { ...world, history: [...world.history, landed] },
  ),
  { _tag: 'BranchLanded', landed: landed.sha },
]

/** The forge's own button: it merges into whatever the head is. */
const forgeMerge = (world: World, ticket: LandingTicket, pr: WorldPr): Done => {
  if (pr.landed !== undefined) return [world, { _tag: 'BranchLanded', landed: pr.landed }]
  const objection = objectionTo(world, ticket)
  if (objection !== undefined) return [world, objection]
  const head = headOf(world)
  const tree = mergedTree(head.tree, pr.source)
  const gated = head.sha === ticket.base
  return move(world, ticket, { sha: sha(`forge${world.history.length}`), parent: head.sha, tree, gated })
}

export const land = (world: World, { ticket }: EffectOf<'LandBranch'>): Done => {
  const [member] = ticket.members
  const pr = member === undefined ? undefined : prOfNumber(world, member.pr)
  if (pr === undefined) return [world, refusal('Refused', 'no such pull request')]
  return ticket.landing === 'fast-forward' ? fastForward(world, ticket) : forgeMerge(world, ticket, pr)
}

export const close = (world: World, number: number): World => {
  const pr = prOfNumber(world, number)
  return pr === undefined ? world : putPr(world, { ...pr, open: false })
}

/** One order tells people once, however often it is carried out. */
export const announce = (world: World, { id, sha: commit }: EffectOf<'AnnounceDeployFailure'>): World =>
  world.announced.some((told) => told.order === id)
    ? world
    : { ...world, announced: [...world.announced, { sha: commit, order: id }] }
