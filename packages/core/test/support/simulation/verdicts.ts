/** The judge's verdict on one order, from what the newest reads showed, what people decided and what the world did. */
import { isSome } from 'fp-ts/lib/Option.js'
import type { Effect, PullRequestSnapshot, Violation } from '@headgate/core'
import { runningBatches, type Judge } from './judge.js'
import { lineOf, treeOf, type World, type WorldBatch } from './world.js'

type Of<T extends Effect['_tag']> = Extract<Effect, { readonly _tag: T }>
type Rule = readonly [holds: boolean, guarantee: string, text: string]

const broken = (rules: ReadonlyArray<Rule>): ReadonlyArray<Violation> =>
  rules.flatMap(([holds, guarantee, text]) => (holds ? [] : [{ guarantee, text }]))

const shown = (judge: Judge, pr: number): PullRequestSnapshot | null => judge.prs.get(pr)?.what ?? null

const mayRun = (judge: Judge, world: World, pr: number, source: string): boolean =>
  judge.authorized.has(source) || judge.policy.trustedAuthors.includes(world.prs.get(pr)?.author ?? '')

/** A run is prepared once and submitted once: a repeat bears the same id. */
const firstOf = (judge: Judge, effect: Of<'PrepareCommit'> | Of<'SubmitTestBatch'>): boolean => {
  const key = `${effect._tag} ${effect.run}`
  const known = judge.runs.get(key)
  judge.runs.set(key, effect.id)
  return known === undefined || known === effect.id
}

export const judgeTest = (
  judge: Judge,
  world: World,
  effect: Of<'PrepareCommit'> | Of<'SubmitTestBatch'>,
): ReadonlyArray<Violation> => {
  const subject = effect.members.map((m) => `#${m.pr}`).join(', ') || 'the head'
  const made = effect._tag === 'SubmitTestBatch' ? world.commits.get(effect.commit) : undefined
  const tree = effect.members.reduce((sum, m) => `${sum}+${m.source}`, treeOf(world, effect.base))
  return broken([
    [firstOf(judge, effect), 'S8', `a run of ${subject} is begun twice`],
    [
      made === undefined || effect.members.length === 0 || made.tree === tree,
      'S10',
      `the test of ${subject} tests something else than would land`,
    ],
    ...effect.members.flatMap((member): ReadonlyArray<Rule> => {
      const pr = shown(judge, member.pr)
      judge.renewed.set(member.source, judge.step)
      return [
        [
          mayRun(judge, world, member.pr, member.source),
          'S4',
          `#${member.pr} is tested though nobody may run it`,
        ],
        [
          pr === null || !pr.labels.includes(judge.policy.labels.doNotTest),
          'S4',
          `#${member.pr} is tested though its label forbids it`,
        ],
        [
          pr?.source === member.source,
          'S11',
          `#${member.pr} is tested at ${member.source}, which newer reads do not show`,
        ],
      ]
    }),
  ])
}

const greens = ['SUCCESS', 'NEUTRAL']

const checksAreGreen = (judge: Judge, pr: PullRequestSnapshot): boolean =>
  [...judge.required, ...judge.policy.requiredChecks]
    .filter((name) => name !== judge.policy.statusContext)
    .every((name) => {
      const trusted = judge.policy.checkReporters[name]
      const reports = pr.checks.filter(
        (check) =>
          check.name === name &&
          (trusted === undefined || (isSome(check.reporter) && check.reporter.value === trusted)),
      )
      return reports.length > 0 && reports.every((c) => isSome(c.state) && greens.includes(c.state.value))
    })

const judgeApproval = (judge: Judge, world: World, pr: PullRequestSnapshot): ReadonlyArray<Rule> => {
  const name = `#${pr.number}`
  const approved =
    pr.reviewDecision === 'APPROVED' &&
    (judge.policy.approvals === 'of-the-pull-request' || pr.approvedShas.includes(pr.source))
  const blocked = pr.draft || pr.labels.some((label) => judge.policy.labels.blocking.includes(label))
  return [
    [approved, 'S3', `${name} lands without approval`],
    [!blocked, 'S3', `${name} lands with a blocking label`],
    [checksAreGreen(judge, pr), 'S3', `${name} lands without its required checks`],
    [mayRun(judge, world, pr.number, pr.source), 'S3', `${name} lands without authorization`],
  ]
}

/** Does this batch speak of exactly this ticket: of these members last, and of nothing else since the ticket's base? */
const isAbout = (world: World, { ticket }: Of<'LandBranch'>, batch: WorldBatch): boolean => {
  const last = batch.members.slice(-ticket.members.length)
  const same = ticket.members.every((m, i) => last[i]?.pr === m.pr && last[i]?.source === m.source)
  const [first] = lineOf(world, batch.commit, ticket.members.length)
  const base = first === undefined ? undefined : world.commits.get(first)?.parents[0]
  return same && base === ticket.base
}

type Members = Of<'LandBranch'>['ticket']['members']

/** Each has landed in the world, or lands right before. */
const judgeDependencies = (
  world: World,
  { number, dependsOn }: PullRequestSnapshot,
  before: Members,
): ReadonlyArray<Rule> =>
  dependsOn.map((dependency) => [
    (world.prs.get(dependency)?.merged ?? null) !== null || before.some((m) => m.pr === dependency),
    'S3',
    `#${number} lands before #${dependency}, on which it depends`,
  ])

const judgeMember = (
  judge: Judge,
  world: World,
  batch: WorldBatch,
  member: Members[number],
  before: Members,
): ReadonlyArray<Rule> => {
  const pr = shown(judge, member.pr)
  const name = `#${member.pr}`
  const retriedUpTo = judge.retried.get(`${member.pr}@${member.source}`) ?? 0
  return pr === null
    ? [[false, 'S11', 'what lands is not open, as the newest read showed']]
    : [
        ...judgeApproval(judge, world, pr),
        ...judgeDependencies(world, pr, before),
        [!judge.landed.has(member.pr), 'S8', `${name} lands again`],
        [member.source === pr.source, 'S10', `${name} lands another source than was reviewed`],
        [batch.id > retriedUpTo, 'S11', `${name} lands on batch ${batch.id}, which counts no longer`],
      ]
}

export const judgeLanding = (
  judge: Judge,
  world: World,
  effect: Of<'LandBranch'>,
): ReadonlyArray<Violation> => {
  const { ticket } = effect
  const batch = world.batches[ticket.batchId - 1]
  if (ticket.members.length === 0 || batch === undefined)
    return broken([
      [ticket.members.length > 0, 'S11', 'what lands is nothing'],
      [batch !== undefined, 'S1', 'what lands was tested by a batch that never was'],
    ])
  const name = ticket.members.map((m) => `#${m.pr}`).join(', ')
  const commit = isSome(ticket.commit) ? ticket.commit.value : undefined
  const deploying = runningBatches(judge, world, 'deploy').length > 0
  const gate = batch.kind === 'test' && batch.purpose === 'gate'
  return broken([
    [batch.state === 'success', 'S1', `${name} lands, but batch ${batch.id} did not pass`],
    [ticket.landing === 'forge-merge' || commit === batch.commit, 'S1', `${name} lands an untested commit`],
    [isAbout(world, effect, batch), 'S2', `${name} lands on another head, or with others, than was tested`],
    [!judge.frozen, 'S3', `${name} lands while frozen`],
    [judge.policy.mergeable, 'S3', `${name} lands on a branch that is not mergeable`],
    [!deploying, 'S3', `${name} lands while a deploy runs`],
    [gate, 'S9', `${name} lands on the evidence of batch ${batch.id}, which is no gate test`],
    ...ticket.members.flatMap((member, i) =>
      judgeMember(judge, world, batch, member, ticket.members.slice(0, i)),
    ),
  ])
}

export const judgeStatus = (
  judge: Judge,
  world: World,
  effect: Of<'PostStatus'>,
): ReadonlyArray<Violation> => {
  const last = judge.said.get(effect.sha)
  judge.saying.set(effect.id, { sha: effect.sha, state: effect.state, step: judge.step })
  const spoken = [...judge.prs.values()].some(({ what }) => what?.source === effect.sha)
  const passed = world.batches.some(
    (b) =>
      b.kind === 'test' &&
      b.purpose === 'gate' &&
      b.state === 'success' &&
      b.members.some((m) => m.source === effect.sha),
  )
  const back = effect.state === 'pending' && last !== undefined && last.state !== 'pending'
  const renewed = last !== undefined && (judge.renewed.get(effect.sha) ?? -1) >= last.step
  return broken([
    [spoken, 'S7', `a status is posted on ${effect.sha}, which no pull request shows`],
    [effect.state !== 'success' || passed, 'S7', `${effect.sha} is called a success that never was`],
    [!back || renewed, 'S7', `${effect.sha} goes from ${last?.state} back to pending`],
  ])
}

/** A head is verified if it landed as it was tested, if it passed its own test, or if the policy trusts what it finds. */
const isVerified = (judge: Judge, world: World, commit: string): boolean => {
  const landing = world.landings.slice(judge.before).find((l) => l.landed === commit)
  const tested = world.batches.some(
    (b) => b.purpose === 'head' && b.kind === 'test' && b.target === commit && b.state === 'success',
  )
  return (
    tested ||
    (landing === undefined ? judge.policy.unverifiedHead === 'trust' : landing.base === landing.testedBase)
  )
}

export const judgeDeploy = (
  judge: Judge,
  world: World,
  effect: Of<'SubmitDeployBatch'>,
): ReadonlyArray<Violation> =>
  broken([
    [isVerified(judge, world, effect.sha), 'S5', `${effect.sha} is deployed but not verified`],
    [world.history.includes(effect.sha), 'S5', `${effect.sha} is deployed but never was the head`],
    [judge.policy.deployable, 'S5', 'a deploy of a branch that is not deployable'],
    [!judge.frozen, 'S3', 'a deploy while frozen'],
  ])
