/** One small scenario per hold code: the shortest way into a state that shows it. */
import { none, some } from 'fp-ts/lib/Option.js'
import {
  batchId,
  defaultPolicy,
  epochMs,
  explain,
  explainBranch,
  prNumber,
  runId,
  sha,
  type Effect,
  type Event,
  type HoldCode,
  type Reason,
} from '@headgate/core'
import { begin, finish, look, open, quiesce, type Story } from './drive.js'
import { feed } from './play.js'
import { failed, perform } from './world.js'

const at = (story: Story) => epochMs(++story.game.world.now)

/** Carries out everything but orders of this kind, which stay unanswered. */
export const without = (story: Story, tag: Effect['_tag']): Story => {
  const { game } = story
  for (let next = 0; next < game.out.length;) {
    const effect = game.out[next]
    if (effect === undefined || effect._tag === tag) {
      next += 1
      continue
    }
    game.out.splice(next, 1)
    feed(game, perform(game.world, effect))
  }
  return story
}

/** Answers the order of this kind that is out with an event of the scenario's choice. */
const answer = (story: Story, tag: Effect['_tag'], event: (effect: Effect) => Event): Story => {
  const { game } = story
  const effect = game.out.find((e) => e._tag === tag)
  if (effect === undefined) throw new Error(`no ${tag} is out`)
  game.out = game.out.filter((e) => e !== effect)
  feed(game, event(effect))
  return story
}

export const hint = (story: Story): Story => {
  feed(story.game, { _tag: 'GithubHinted', at: at(story), concern: { _tag: 'Everything' } })
  return story
}

export const passBatch = (story: Story): Story => {
  story.game.world.batches.forEach((b) => (b.state = b.state === 'running' ? 'success' : b.state))
  feed(story.game, { _tag: 'BatchHinted', at: at(story), batchId: none })
  return story
}

type Change = Parameters<typeof open>[2]

export const withPr = (change: Change = {}, policy: Parameters<typeof begin>[0] = {}): Story => {
  const story = begin(policy)
  open(story, 1, change)
  return story
}

const withLint = (state: string | undefined, policy: Parameters<typeof begin>[0] = {}): Story => {
  const story = withPr({}, policy)
  story.game.world.required = ['headgate', 'lint']
  if (state !== undefined) story.game.world.foreignChecks.set('s1.1', state)
  return look(story)
}

/** #1 has passed and its landing is ordered, not answered. */
export const landing = (policy: Parameters<typeof begin>[0] = {}): Story => {
  const story = look(withPr({}, policy))
  return without(passBatch(story), 'LandBranch')
}

const refusal = (story: Story, code: 'HeadMoved' | 'Refused'): Story =>
  answer(story, 'LandBranch', (effect) => ({
    _tag: 'LandingRefused',
    at: at(story),
    answers: effect.id,
    code,
    text: 'Changes must be made through a pull request.',
  }))

const rejected = (code: 'BuildFileMissing' | 'BuildFileInvalid', text: string): Story => {
  const story = without(hint(withPr()), 'SubmitTestBatch')
  return answer(story, 'SubmitTestBatch', (effect) => ({
    _tag: 'TestBatchRejected',
    at: at(story),
    answers: effect.id,
    code,
    text,
  }))
}

/** A state that shows the hold of each code. */
const stories: { readonly [C in HoldCode]: () => Story } = {
  HeadUnknown: () => begin(),
  BranchUnread: () => hint(look(begin())),
  HeadDoubted: () => refusal(landing(), 'HeadMoved'),
  HeadInspecting: () =>
    without(passBatch(look(withPr({}, { landing: 'forge-merge', deployable: true }))), 'InspectCommit'),
  HeadUnverified: () => look(begin({ unverifiedHead: 'test', deployable: true })),
  HeadBroken: () => finish(look(begin({ unverifiedHead: 'test', deployable: true })), null, 'failure'),
  NotMergeableBranch: () => look(begin({ mergeable: false })),
  NotDeployableBranch: () => look(begin({ deployable: false })),
  Frozen: () => {
    const story = look(begin())
    feed(story.game, { _tag: 'BranchFrozen', at: at(story), by: 'ada', reason: 'release' })
    return story
  },
  DeployInFlight: () => look(begin({ deployable: true })),
  DeployDue: () => {
    const story = finish(look(begin({ deployable: true })), null)
    open(story, 1)
    without(passBatch(look(story)), 'LandBranch')
    feed(story.game, { _tag: 'DeployRetried', at: at(story), by: 'ada' })
    return story
  },
  BatchesUnlisted: () => without(hint(begin({ deployable: true })), 'ReadBatches'),
  DeployFailed: () => finish(look(begin({ deployable: true, onDeployFailure: 'hold' })), null, 'failure'),
  LandingInFlight: () => landing(),

  Draft: () => look(withPr({ draft: true })),
  NotAuthorized: () => look(withPr({ author: 'stranger' })),
  NotApproved: () => look(withPr({ decision: 'REVIEW_REQUIRED' })),
  ChangesRequested: () => look(withPr({ decision: 'CHANGES_REQUESTED' })),
  ApprovalOutdated: () => look(withPr({ approved: new Set(['s1.0']) })),
  BlockingLabel: () => look(withPr({ labels: new Set(['WIP', 'stacked PR']) })),
  DoNotTest: () => look(withPr({ labels: new Set(['do-not-test']) })),
  CheckFailed: () => withLint('FAILURE'),
  CheckPending: () => withLint('IN_PROGRESS'),
  CheckNotReported: () => withLint(undefined),

  DependencyCycle: () => {
    const story = withPr({ dependsOn: [2] })
    open(story, 2, { dependsOn: [1] })
    return look(story)
  },
  DependencyOpen: () => {
    const story = withPr({ dependsOn: [2] })
    open(story, 2)
    return look(story)
  },
  DependencyClosed: () => {
    const story = withPr({ dependsOn: [2] })
    open(story, 2, { open: false })
    return look(story)
  },
  DependencyUnread: () => without(hint(withPr({ dependsOn: [2] })), 'ReadPullRequest'),

  WaitingForTest: () => {
    const story = withPr({ decision: 'REVIEW_REQUIRED' }, { maxTestRuns: 1 })
    open(story, 2, { decision: 'REVIEW_REQUIRED' })
    return look(story)
  },
  Testing: () => look(withPr()),
  TestFailed: () => finish(look(withPr()), 1, 'failure'),
  MergeConflict: () => {
    const story = withPr()
    story.game.world.conflicts.add('base0|s1.1')
    return look(story)
  },
  BuildFileMissing: () => rejected('BuildFileMissing', 'The commit has no build.yaml.'),
  BuildFileInvalid: () => rejected('BuildFileInvalid', 'build.yaml:3:1: unknown kind "runImages".'),
  Timeout: () => {
    const story = look(withPr())
    story.game.world.now += defaultPolicy.durations.testTimeoutSeconds * 1000
    feed(story.game, { _tag: 'TimeAdvanced', at: at(story) })
    return story
  },
  Infrastructure: () => {
    const story = without(hint(withPr()), 'PrepareCommit')
    return answer(story, 'PrepareCommit', (effect) => failed(story.game.world, effect, 'permanent'))
  },
  OutOfDate: () => {
    const story = withPr({ decision: 'REVIEW_REQUIRED' })
    for (const n of [2, 3]) open(story, n, { decision: 'REVIEW_REQUIRED' })
    look(story)
    for (const n of [1, 2, 3]) finish(story, n)
    for (const n of [1, 2, 3]) open(story, n)
    return look(story)
  },
  EvidenceIncomplete: () => {
    const story = without(hint(withPr({ labels: new Set(['do-not-test']) })), 'ReadBatches')
    return quiesce(
      answer(story, 'ReadBatches', (effect) => ({
        _tag: 'BatchesObserved',
        at: at(story),
        answers: effect.id,
        deploys: [],
        tests: [
          {
            batchId: batchId(7),
            run: runId('elsewhere'),
            purpose: 'gate',
            pr: some(prNumber(1)),
            source: sha('s1.1'),
            target: sha('base0'),
            commit: none,
            tree: none,
            state: 'success',
            complete: true,
          },
        ],
      })),
    )
  },

  StatusNotPosted: () => without(passBatch(without(hint(withPr()), 'PostStatus')), 'PostStatus'),
  StatusRefused: () => {
    const story = without(passBatch(look(withPr())), 'PostStatus')
    return quiesce(answer(story, 'PostStatus', (effect) => failed(story.game.world, effect, 'permanent')))
  },
  LandingPaused: () => refusal(landing(), 'Refused'),
  LandingRefused: () => refusal(landing({ landingAttempts: 1 }), 'Refused'),
}

const reasonsIn = ({ game: { state } }: Story): ReadonlyArray<Reason> => {
  const { landing: held, deploying } = explainBranch(state)
  return [...[3, 2, 1].flatMap((n) => explain(state, prNumber(n))), ...held, ...deploying]
}

/** The hold of this code in its scenario, and the scenario. */
export const shown = (code: HoldCode): { readonly reason: Reason; readonly story: Story } => {
  const story = stories[code]()
  const reason = reasonsIn(story).find((r) => r.code === code)
  if (reason === undefined) throw new Error(`the scenario of ${code} does not show it`)
  return { reason, story }
}
