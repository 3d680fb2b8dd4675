/** Carries out orders in the simulated world as a faithful adapter would, and fails to, as an unlucky one does. */
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import {
  batchId,
  epochMs,
  prNumber,
  runId,
  sha,
  type CheckSnapshot,
  type Effect,
  type Event,
  type Failure,
  type PullRequestFate,
  type PullRequestSnapshot,
} from '@headgate/core'
import {
  mergeTree,
  moveHead,
  openPrs,
  pictureOf,
  type Picture,
  type World,
  type WorldBatch,
  type WorldPr,
  lineOf,
} from './world.js'

type Of<T extends Effect['_tag']> = Extract<Effect, { readonly _tag: T }>

const answerTo = (world: World, effect: Effect) => ({ at: epochMs(world.now), answers: effect.id })

const checksOf = (world: World, source: string): ReadonlyArray<CheckSnapshot> => {
  const own = world.statuses.get(source)
  const lint = world.foreignChecks.get(source)
  return [
    ...(own === undefined ? [] : [{ name: 'headgate', state: some(own.toUpperCase()), reporter: none }]),
    ...(lint === undefined ? [] : [{ name: 'lint', state: some(lint), reporter: none }]),
    ...world.checks
      .filter((check) => check.source === source)
      .map(({ name, state, reporter }) => ({
        name,
        state: some(state),
        reporter: reporter === null ? none : some(reporter),
      })),
  ]
}

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
  checks: [...checksOf(world, pr.source), ...(pr.checks ?? [])],
  paths: [],
  dependsOn: (pr.dependsOn ?? []).map(prNumber),
})

const fateOf = (world: World, pr: WorldPr | undefined): PullRequestFate => {
  if (pr === undefined) return { _tag: 'Closed' }
  if (pr.open && pr.elsewhere === true) return { _tag: 'Elsewhere' }
  if (pr.open) return { _tag: 'Open', snapshot: snapshotOf(world, pr) }
  return pr.merged === null ? { _tag: 'Closed' } : { _tag: 'Merged', commit: some(sha(pr.merged)) }
}

const commitPr = (world: World, pr: WorldPr, commit: string, byForge: boolean): void => {
  pr.merged = commit
  if (byForge || world.noticesLandings) pr.open = false
}

const passedOn = (world: World, pr: WorldPr, base: string): boolean =>
  world.batches.some(
    (b) =>
      b.kind === 'test' &&
      b.state === 'success' &&
      b.purpose === 'gate' &&
      b.pr === pr.number &&
      b.source === pr.source &&
      b.target === base,
  )

const refusal = (
  world: World,
  effect: Effect,
  code: 'Refused' | 'SourceMoved' | 'HeadMoved',
  text: string,
): Event => ({ _tag: 'LandingRefused', ...answerTo(world, effect), code, text })

/** What the forge has against landing this member. */
const objection = (world: World, member: { readonly pr: number; readonly source: string }) => {
  const pr = world.prs.get(member.pr)
  if (pr === undefined) return ['Refused', 'no such PR'] as const
  if (!pr.open || pr.elsewhere === true) return ['Refused', 'closed, or against another branch'] as const
  return pr.source === member.source ? undefined : (['SourceMoved', 'pushed'] as const)
}

/** The branch moves along a chain of commits, one for each member. */
const landChain = (world: World, { ticket }: Of<'LandBranch'>, wanted: string): void => {
  const line = lineOf(world, wanted, ticket.members.length)
  const tested = world.batches.some(
    (b) => b.kind === 'test' && b.state === 'success' && b.purpose === 'gate' && b.commit === wanted,
  )
  world.lagging = pictureOf(world)
  ticket.members.forEach(({ pr: number, source }, i) => {
    const pr = world.prs.get(number)
    const landed = line[i] ?? wanted
    const base = line[i - 1] ?? world.head
    if (pr === undefined) return
    const approved = pr.decision === 'APPROVED'
    world.landings.push({
      at: wanted,
      pr: number,
      source,
      base,
      landed,
      testedBase: base,
      approved,
      testedGreen: tested,
    })
    commitPr(world, pr, landed, false)
  })
  moveHead(world, wanted)
}

const land = (world: World, effect: Of<'LandBranch'>): Event => {
  const { ticket } = effect
  const [member] = ticket.members
  const pr = member === undefined ? undefined : world.prs.get(member.pr)
  if (member === undefined || pr === undefined) return refusal(world, effect, 'Refused', 'no such PR')
  const wanted = isSome(ticket.commit) ? ticket.commit.value : null
  const landed = (commit: string): Event => ({
    _tag: 'BranchLanded',
    ...answerTo(world, effect),
    landed: sha(commit),
  })
  if (ticket.landing === 'fast-forward' && wanted !== null && world.history.includes(wanted))
    return landed(wanted)
  if (ticket.landing === 'forge-merge' && pr.merged !== null) return landed(pr.merged)
  const against = ticket.members.map((m) => objection(world, m)).find((o) => o !== undefined)
  if (against !== undefined) return refusal(world, effect, against[0], against[1])
  if (ticket.landing === 'fast-forward' && world.head !== ticket.base)
    return refusal(world, effect, 'HeadMoved', 'not the head')
  if (ticket.landing === 'forge-merge' && world.conflicts.has(`${world.head}|${pr.source}`))
    return refusal(world, effect, 'Refused', 'conflict')
  if (ticket.landing === 'fast-forward' && wanted !== null) {
    landChain(world, effect, wanted)
    return landed(wanted)
  }
  const base = world.head
  const commit = `f${++world.counter}`
  world.commits.set(commit, { parents: [base], tree: mergeTree(world, base, pr.source) })
  world.landings.push({
    at: commit,
    pr: pr.number,
    source: pr.source,
    base,
    landed: commit,
    testedBase: ticket.base,
    approved: pr.decision === 'APPROVED',
    testedGreen: passedOn(world, pr, ticket.base),
  })
  world.lagging = pictureOf(world)
  moveHead(world, commit)
  commitPr(world, pr, commit, true)
  return landed(commit)
}

const submit = (world: World, batch: Omit<WorldBatch, 'id' | 'state'>): WorldBatch => {
  const known = world.batches.find((b) => b.token === batch.token)
  if (known !== undefined) return known
  const made: WorldBatch = { ...batch, id: world.batches.length + 1, state: 'running' }
  world.batches.push(made)
  return made
}

/** The commit of this source on that one: made twice it is the same. */
const commitOn = (world: World, onto: string, source: string): string => {
  const made = `${onto} ${source}`
  const commit = world.prepared.get(made) ?? `m${world.prepared.size + 1}`
  world.prepared.set(made, commit)
  world.commits.set(commit, { parents: [onto], tree: mergeTree(world, onto, source) })
  return commit
}

const prepare = (world: World, effect: Of<'PrepareCommit'>): Event => {
  const chain: string[] = []
  for (const { pr, source } of effect.members) {
    const onto = chain.at(-1) ?? effect.base
    if (world.conflicts.has(`${onto}|${source}`))
      return {
        _tag: 'PreparationFailed',
        ...answerTo(world, effect),
        code: 'MergeConflict',
        text: 'It conflicts with the head.',
        culprit: some(pr),
      }
    chain.push(commitOn(world, onto, source))
  }
  const commit = sha(chain.at(-1) ?? effect.base)
  const tree = sha(world.commits.get(commit)?.tree ?? '')
  return { _tag: 'CommitPrepared', ...answerTo(world, effect), commit, tree, chain: chain.map(sha) }
}

const submitTest = (world: World, effect: Of<'SubmitTestBatch'>): Event => {
  if (effect.members.some((m) => world.brokenBuildFile.has(m.source)))
    return {
      _tag: 'TestBatchRejected',
      ...answerTo(world, effect),
      code: 'BuildFileInvalid',
      text: 'build.yaml is broken',
    }
  const made = submit(world, {
    kind: 'test',
    token: effect.run,
    purpose: effect.purpose,
    pr: effect.members.at(-1)?.pr ?? null,
    source: effect.members.at(-1)?.source ?? effect.base,
    members: effect.members,
    target: effect.base,
    commit: effect.commit,
    tree: isSome(effect.tree) ? effect.tree.value : null,
  })
  return { _tag: 'TestBatchSubmitted', ...answerTo(world, effect), batchId: batchId(made.id) }
}

const shownState = (batch: WorldBatch) => ({
  state: batch.state === 'running' && batch.failing === true ? ('failure' as const) : batch.state,
  complete: batch.state !== 'running',
})

const listBatches = (world: World, effect: Of<'ReadBatches'>): Event => ({
  _tag: 'BatchesObserved',
  ...answerTo(world, effect),
  tests: world.batches
    .filter((b) => b.kind === 'test' && b.deleted !== true)
    .map((b) => ({
      batchId: batchId(b.id),
      run: runId(b.token),
      purpose: b.purpose,
      // A batch of several says nothing about any one of them.
      pr: b.pr === null || b.members.length > 1 ? none : some(prNumber(b.pr)),
      source: sha(b.source),
      target: sha(b.target),
      commit: some(sha(b.commit)),
      tree: b.tree === null ? none : some(sha(b.tree)),
      ...shownState(b),
    })),
  deploys: world.batches
    .filter((b) => b.kind === 'deploy' && b.deleted !== true)
    .map((b) => ({
      batchId: batchId(b.id),
      run: runId(b.token),
      sha: sha(b.source),
      ...shownState(b),
    })),
})

const readBatch = (world: World, effect: Of<'ReadBatch'>): Event => {
  const batch = world.batches.find((b) => b.id === effect.batchId && b.deleted !== true)
  return {
    _tag: 'BatchObserved',
    ...answerTo(world, effect),
    fate: batch === undefined ? { _tag: 'Gone' } : { _tag: 'Known', ...shownState(batch) },
  }
}

const deploy = (world: World, effect: Of<'SubmitDeployBatch'>): Event => {
  const { sha: source } = effect
  const made = submit(world, {
    kind: 'deploy',
    token: effect.run,
    purpose: 'gate',
    pr: null,
    source,
    members: [],
    target: source,
    commit: source,
    tree: null,
  })
  return { _tag: 'DeployBatchSubmitted', ...answerTo(world, effect), batchId: batchId(made.id) }
}

/** Carries out one effect and gives its answer. Doing it twice looks like doing it once. */
export const perform = (world: World, effect: Effect): Event => {
  const answer = answerTo(world, effect)
  switch (effect._tag) {
    case 'ReadBranch':
      return {
        _tag: 'BranchObserved',
        ...answer,
        head: sha(world.head),
        requiredChecks: world.required,
        pullRequests: openPrs(world).map((pr) => snapshotOf(world, pr)),
      }
    case 'ReadHead':
      return { _tag: 'HeadObserved', ...answer, head: sha(world.head) }
    case 'ReadPullRequest':
      return { _tag: 'PullRequestObserved', ...answer, fate: fateOf(world, world.prs.get(effect.pr)) }
    case 'PrepareCommit':
      return prepare(world, effect)
    case 'DeletePreparedCommit':
      return { _tag: 'PreparedCommitDeleted', ...answer }
    case 'SubmitTestBatch':
      return submitTest(world, effect)
    case 'ReadBatch':
      return readBatch(world, effect)
    case 'ReadBatches':
      return listBatches(world, effect)
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
      const parents = (commit?.parents ?? []).map(sha)
      return { _tag: 'CommitInspected', ...answer, parents, tree: sha(commit?.tree ?? 'none') }
    }
    case 'ClosePullRequest': {
      const pr = world.prs.get(effect.pr)
      if (pr !== undefined) pr.open = false
      return { _tag: 'PullRequestClosed', ...answer }
    }
    case 'SubmitDeployBatch':
      return deploy(world, effect)
    case 'AnnounceDeployFailure':
      world.announced.push(effect.sha)
      return { _tag: 'DeployFailureAnnounced', ...answer }
  }
}

/** The order fails, or nobody knows whether it did. */
export const failed = (world: World, effect: Effect, kind: Failure['kind']): Event => ({
  _tag: 'EffectFailed',
  ...answerTo(world, effect),
  failure: { kind, code: 'Simulated', text: 'a simulated fault' },
})

/** The other side understands the order and says no. Undefined for an order that can't be refused. */
export const refused = (world: World, effect: Effect): Event | undefined => {
  const answer = answerTo(world, effect)
  switch (effect._tag) {
    case 'LandBranch':
      return refusal(world, effect, 'Refused', 'the branch is protected')
    case 'PrepareCommit':
      return {
        _tag: 'PreparationFailed',
        ...answer,
        code: 'BuildFileMissing',
        text: 'There is no build.yaml.',
        culprit: none,
      }
    case 'SubmitTestBatch':
      return { _tag: 'TestBatchRejected', ...answer, code: 'Infrastructure', text: 'The queue is full.' }
    case 'SubmitDeployBatch':
      return { _tag: 'DeployBatchRejected', ...answer, text: 'There is no deploy step.' }
    default:
      return undefined
  }
}

/** A read that a lagging replica answers: it shows the forge as it was at `picture`. */
export const performLagging = (world: World, picture: Picture, effect: Effect): Event =>
  perform({ ...world, head: picture.head, prs: new Map(picture.prs.map((pr) => [pr.number, pr])) }, effect)
