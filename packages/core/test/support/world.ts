/**
 * A simulated forge and batch service, the independent truth that the core is judged against. It is mutable and
 * simple on purpose: what it records (which commit was tested on what, what landed) is not taken from the core.
 */
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import {
  batchId,
  epochMs,
  prNumber,
  sha,
  type CheckSnapshot,
  type Effect,
  type Event,
  type Failure,
  type PullRequestSnapshot,
} from '@headgate/core'

export interface WorldPr {
  number: number
  source: string
  author: string
  open: boolean
  merged: string | null
  labels: Set<string>
  decision: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | 'NONE'
  approved: Set<string>
  draft: boolean
  /** It targets another branch. */
  elsewhere?: boolean
  /** Checks of others on its head. */
  checks?: ReadonlyArray<CheckSnapshot>
}

interface WorldBatch {
  id: number
  kind: 'test' | 'deploy'
  token: string
  purpose: 'gate' | 'head'
  pr: number | null
  source: string
  target: string
  commit: string
  tree: string | null
  state: 'running' | 'success' | 'failure' | 'cancelled'
}

export interface World {
  now: number
  head: string
  history: Array<string>
  commits: Map<string, { parents: ReadonlyArray<string>; tree: string }>
  prs: Map<number, WorldPr>
  batches: Array<WorldBatch>
  statuses: Map<string, string>
  foreignChecks: Map<string, string>
  required: ReadonlyArray<string>
  conflicts: Set<string>
  brokenBuildFile: Set<string>
  frozen: boolean
  /** Every landing through the gate, with what was true in the world when it happened. */
  landings: Array<{
    pr: number
    source: string
    base: string
    landed: string
    approved: boolean
    testedGreen: boolean
  }>
  announced: Array<string>
  counter: number
}

export const newWorld = (): World => ({
  now: 1_000_000,
  head: 'base0',
  history: ['base0'],
  commits: new Map([['base0', { parents: [], tree: 'T' }]]),
  prs: new Map(),
  batches: [],
  statuses: new Map(),
  foreignChecks: new Map(),
  required: ['headgate'],
  conflicts: new Set(),
  brokenBuildFile: new Set(),
  frozen: false,
  landings: [],
  announced: [],
  counter: 0,
})

const treeOf = (world: World, commit: string): string =>
  world.commits.get(commit)?.tree ?? `tree-of-${commit}`
const mergeTree = (world: World, base: string, source: string): string => `${treeOf(world, base)}+${source}`

const snapshotOf = (world: World, pr: WorldPr): PullRequestSnapshot => ({
  number: prNumber(pr.number),
  title: `change ${pr.number}`,
  author: pr.author,
  source: sha(pr.source),
  sourceBranch: `branch-${pr.number}`,
  draft: pr.draft,
  labels: [...pr.labels].sort(),
  reviewDecision: pr.decision,
  approvedShas: [...pr.approved].map(sha),
  checks: [
    ...(world.statuses.has(pr.source)
      ? [
          {
            name: 'headgate',
            state: some((world.statuses.get(pr.source) ?? '').toUpperCase()),
            reporter: none,
          },
        ]
      : []),
    ...(world.foreignChecks.has(pr.source)
      ? [{ name: 'lint', state: some(world.foreignChecks.get(pr.source) ?? ''), reporter: none }]
      : []),
    ...(pr.checks ?? []),
  ],
})

const failure = (kind: Failure['kind']): Failure => ({ kind, code: 'Simulated', text: 'a simulated fault' })

const moveHead = (world: World, commit: string): void => {
  world.head = commit
  world.history.push(commit)
}

const land = (world: World, effect: Extract<Effect, { _tag: 'LandBranch' }>): Event => {
  const { ticket } = effect
  const answer = { at: epochMs(world.now), answers: effect.id }
  const [member] = ticket.members
  const pr = member === undefined ? undefined : world.prs.get(member.pr)
  if (member === undefined || pr === undefined)
    return { _tag: 'LandingRefused', ...answer, code: 'Refused', text: 'no such PR' }
  const wanted = isSome(ticket.commit) ? ticket.commit.value : null
  if (ticket.landing === 'fast-forward' && wanted !== null && world.history.includes(wanted))
    return { _tag: 'BranchLanded', ...answer, landed: wanted }
  if (ticket.landing === 'forge-merge' && pr.merged !== null)
    return { _tag: 'BranchLanded', ...answer, landed: sha(pr.merged) }
  if (!pr.open || pr.elsewhere === true)
    return { _tag: 'LandingRefused', ...answer, code: 'Refused', text: 'closed, or against another branch' }
  if (pr.source !== member.source)
    return { _tag: 'LandingRefused', ...answer, code: 'SourceMoved', text: 'pushed' }
  if (ticket.landing === 'fast-forward' && world.head !== ticket.base)
    return { _tag: 'LandingRefused', ...answer, code: 'HeadMoved', text: 'not the head' }
  if (ticket.landing === 'forge-merge' && world.conflicts.has(`${world.head}|${pr.source}`))
    return { _tag: 'LandingRefused', ...answer, code: 'Refused', text: 'conflict' }
  const base = world.head
  const commit = ticket.landing === 'fast-forward' && wanted !== null ? wanted : `forge${++world.counter}`
  world.commits.set(commit, { parents: [base], tree: mergeTree(world, base, pr.source) })
  const testedGreen = world.batches.some(
    (b) =>
      b.kind === 'test' &&
      b.state === 'success' &&
      b.purpose === 'gate' &&
      b.pr === pr.number &&
      b.source === pr.source &&
      b.target === ticket.base,
  )
  world.landings.push({
    pr: pr.number,
    source: pr.source,
    base,
    landed: commit,
    approved: pr.decision === 'APPROVED',
    testedGreen,
  })
  moveHead(world, commit)
  pr.merged = commit
  pr.open = false
  return { _tag: 'BranchLanded', ...answer, landed: sha(commit) }
}

const submit = (world: World, batch: Omit<WorldBatch, 'id' | 'state'>): WorldBatch => {
  const known = world.batches.find((b) => b.token === batch.token)
  if (known !== undefined) return known
  const made: WorldBatch = { ...batch, id: world.batches.length + 1, state: 'running' }
  world.batches.push(made)
  return made
}

/** Carries out one effect, as a faithful adapter would, and gives its answer. */
export const perform = (world: World, effect: Effect): Event => {
  const answer = { at: epochMs(world.now), answers: effect.id }
  switch (effect._tag) {
    case 'ReadBranch':
      return {
        _tag: 'BranchObserved',
        ...answer,
        head: sha(world.head),
        requiredChecks: world.required,
        pullRequests: [...world.prs.values()]
          .filter((pr) => pr.open && pr.elsewhere !== true)
          .map((pr) => snapshotOf(world, pr)),
      }
    case 'ReadHead':
      return { _tag: 'HeadObserved', ...answer, head: sha(world.head) }
    case 'ReadPullRequest': {
      const pr = world.prs.get(effect.pr)
      const fate =
        pr === undefined
          ? ({ _tag: 'Closed' } as const)
          : pr.open && pr.elsewhere === true
            ? ({ _tag: 'Elsewhere' } as const)
            : pr.open
              ? ({ _tag: 'Open', snapshot: snapshotOf(world, pr) } as const)
              : pr.merged === null
                ? ({ _tag: 'Closed' } as const)
                : ({ _tag: 'Merged', commit: some(sha(pr.merged)) } as const)
      return { _tag: 'PullRequestObserved', ...answer, fate }
    }
    case 'PrepareCommit': {
      const source = effect.members[0]?.source ?? ''
      if (world.conflicts.has(`${effect.base}|${source}`))
        return {
          _tag: 'PreparationFailed',
          ...answer,
          code: 'MergeConflict',
          text: 'It conflicts with the head.',
        }
      const commit = `m(${effect.base},${source},${effect.date})`
      const tree = mergeTree(world, effect.base, source)
      world.commits.set(commit, { parents: [effect.base], tree })
      return { _tag: 'CommitPrepared', ...answer, commit: sha(commit), tree: sha(tree) }
    }
    case 'DeletePreparedCommit':
      return { _tag: 'PreparedCommitDeleted', ...answer }
    case 'SubmitTestBatch': {
      if (effect.members.some((m) => world.brokenBuildFile.has(m.source)))
        return {
          _tag: 'TestBatchRejected',
          ...answer,
          code: 'BuildFileInvalid',
          text: 'build.yaml is broken',
        }
      const made = submit(world, {
        kind: 'test',
        token: effect.run,
        purpose: effect.purpose,
        pr: effect.members[0]?.pr ?? null,
        source: effect.members[0]?.source ?? effect.base,
        target: effect.base,
        commit: effect.commit,
        tree: isSome(effect.tree) ? effect.tree.value : null,
      })
      return { _tag: 'TestBatchSubmitted', ...answer, batchId: batchId(made.id) }
    }
    case 'ReadBatch': {
      const batch = world.batches.find((b) => b.id === effect.batchId)
      return {
        _tag: 'BatchObserved',
        ...answer,
        fate:
          batch === undefined
            ? { _tag: 'Gone' }
            : { _tag: 'Known', state: batch.state, complete: batch.state !== 'running' },
      }
    }
    case 'ReadBatches':
      return {
        _tag: 'BatchesObserved',
        ...answer,
        tests: world.batches
          .filter((b) => b.kind === 'test')
          .map((b) => ({
            batchId: batchId(b.id),
            run: b.token as never,
            purpose: b.purpose,
            pr: b.pr === null ? none : some(prNumber(b.pr)),
            source: sha(b.source),
            target: sha(b.target),
            commit: some(sha(b.commit)),
            tree: b.tree === null ? none : some(sha(b.tree)),
            state: b.state,
            complete: b.state !== 'running',
          })),
        deploys: world.batches
          .filter((b) => b.kind === 'deploy')
          .map((b) => ({
            batchId: batchId(b.id),
            run: b.token as never,
            sha: sha(b.source),
            state: b.state,
            complete: b.state !== 'running',
          })),
      }
    case 'CancelBatch': {
      const batch = world.batches.find((b) => b.id === effect.batchId)
      if (batch?.state === 'running') batch.state = 'cancelled'
      return { _tag: 'BatchCancelled', ...answer }
    }
    case 'PostStatus':
      world.statuses.set(effect.sha, effect.state)
      return { _tag: 'StatusPosted', ...answer }
    case 'LandBranch':
      return land(world, effect)
    case 'InspectCommit': {
      const commit = world.commits.get(effect.commit)
      return {
        _tag: 'CommitInspected',
        ...answer,
        parents: (commit?.parents ?? []).map(sha),
        tree: sha(commit?.tree ?? 'none'),
      }
    }
    case 'ClosePullRequest': {
      const pr = world.prs.get(effect.pr)
      if (pr !== undefined) pr.open = false
      return { _tag: 'PullRequestClosed', ...answer }
    }
    case 'SubmitDeployBatch': {
      const made = submit(world, {
        kind: 'deploy',
        token: effect.run,
        purpose: 'gate',
        pr: null,
        source: effect.sha,
        target: effect.sha,
        commit: effect.sha,
        tree: null,
      })
      return { _tag: 'DeployBatchSubmitted', ...answer, batchId: batchId(made.id) }
    }
    case 'AnnounceDeployFailure':
      world.announced.push(effect.sha)
      return { _tag: 'DeployFailureAnnounced', ...answer }
  }
}

export const failed = (world: World, effect: Effect, kind: Failure['kind']): Event => ({
  _tag: 'EffectFailed',
  at: epochMs(world.now),
  answers: effect.id,
  failure: failure(kind),
})
