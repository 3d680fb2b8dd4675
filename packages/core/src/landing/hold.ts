/**
 * A hold is one condition that keeps a pull request (or the branch) from going on, with the evidence for it. What a
 * person reads about it (`sentence.ts`) and who can clear it (`clearing.ts`) are functions of this value and of
 * nothing else, so words and evidence can't drift apart.
 */
import * as t from 'io-ts'
import { BatchId, EpochMs, PrNumber, RunId, Sha } from '../ids.js'
import { StatusState } from '../model/effect.js'
import { optional, tagged, variant } from '../model/record.js'
import { Member } from '../model/run.js'
import { CheckSnapshot } from '../model/snapshot.js'

const none = {}

/** The branch itself: what holds every pull request, or the deploy. */
const ofTheBranch = {
  HeadUnknown: variant('HeadUnknown', none),
  BranchUnread: variant('BranchUnread', none),
  HeadDoubted: variant('HeadDoubted', { believed: Sha }),
  HeadInspecting: variant('HeadInspecting', { head: Sha, base: Sha, batchId: BatchId }),
  HeadUnverified: variant('HeadUnverified', { head: Sha, why: t.string, run: optional(RunId) }),
  HeadBroken: variant('HeadBroken', { head: Sha, batchId: optional(BatchId), text: t.string }),
  NotMergeableBranch: variant('NotMergeableBranch', none),
  NotDeployableBranch: variant('NotDeployableBranch', none),
  Frozen: variant('Frozen', { by: t.string, reason: t.string, at: EpochMs }),
  DeployInFlight: variant('DeployInFlight', {
    sha: Sha,
    run: RunId,
    /** None while it is being submitted. */
    batchId: optional(BatchId),
    startedAt: EpochMs,
  }),
  DeployDue: variant('DeployDue', { sha: Sha }),
  BatchesUnlisted: variant('BatchesUnlisted', none),
  DeployFailed: variant('DeployFailed', {
    sha: Sha,
    batchId: optional(BatchId),
    outcome: t.keyof({ failure: null, cancelled: null, rejected: null }),
    text: t.string,
  }),
  LandingInFlight: variant('LandingInFlight', {
    members: t.readonlyArray(Member),
    base: Sha,
    run: RunId,
    batchId: BatchId,
  }),
}

/** What a person or somebody else's check has to say about one pull request. */
const ofPeople = {
  Draft: variant('Draft', none),
  NotAuthorized: variant('NotAuthorized', { author: t.string, source: Sha }),
  NotApproved: variant('NotApproved', { decision: t.keyof({ NONE: null, REVIEW_REQUIRED: null }) }),
  ChangesRequested: variant('ChangesRequested', none),
  ApprovalOutdated: variant('ApprovalOutdated', { source: Sha, approved: t.readonlyArray(Sha) }),
  BlockingLabel: variant('BlockingLabel', { labels: t.readonlyArray(t.string) }),
  DoNotTest: variant('DoNotTest', { label: t.string }),
  CheckFailed: variant('CheckFailed', { check: t.string, reports: t.readonlyArray(CheckSnapshot) }),
  CheckPending: variant('CheckPending', { check: t.string, reports: t.readonlyArray(CheckSnapshot) }),
  CheckNotReported: variant('CheckNotReported', {
    check: t.string,
    /** Whose report alone would count, where the policy says so. */
    reporter: optional(t.string),
    /** Reports of that name which do not count. */
    ignored: t.readonlyArray(CheckSnapshot),
  }),
}

/** What it depends on, by its own description. */
const ofDependencies = {
  DependencyCycle: variant('DependencyCycle', { cycle: t.readonlyArray(PrNumber) }),
  DependencyOpen: variant('DependencyOpen', { dependency: PrNumber }),
  DependencyClosed: variant('DependencyClosed', {
    dependency: PrNumber,
    /** `elsewhere`: it is against another branch, or was. */
    fate: t.keyof({ closed: null, elsewhere: null }),
  }),
  DependencyUnread: variant('DependencyUnread', { dependency: PrNumber }),
}

/** A run that ended without a verdict of its tests, on this base. */
const errored = { base: Sha, text: t.string }

const Stage = t.keyof({ Preparing: null, Submitting: null, Running: null }, 'Stage')

/** Its own test. */
const ofTheTest = {
  WaitingForTest: variant('WaitingForTest', {
    /** Whose tests take the places, and how many there are. */
    running: t.readonlyArray(PrNumber),
    places: t.number,
  }),
  Testing: variant('Testing', {
    run: RunId,
    base: Sha,
    stage: Stage,
    /** None until the batch is submitted. */
    batchId: optional(BatchId),
    reason: t.string,
    startedAt: EpochMs,
  }),
  TestFailed: variant('TestFailed', { run: RunId, base: Sha, batchId: BatchId }),
  MergeConflict: variant('MergeConflict', errored),
  BuildFileMissing: variant('BuildFileMissing', errored),
  BuildFileInvalid: variant('BuildFileInvalid', errored),
  Timeout: variant('Timeout', errored),
  Infrastructure: variant('Infrastructure', errored),
  OutOfDate: variant('OutOfDate', { base: Sha, head: Sha, batchId: BatchId }),
  EvidenceIncomplete: variant('EvidenceIncomplete', {
    batchId: BatchId,
    members: t.readonlyArray(Member),
    commit: optional(Sha),
  }),
}

/** What was said to the forge, and what it said back. */
const ofTheForge = {
  StatusNotPosted: variant('StatusNotPosted', {
    source: Sha,
    context: t.string,
    /** What the forge shows instead of success. */
    posted: optional(StatusState),
  }),
  StatusRefused: variant('StatusRefused', { source: Sha, context: t.string, text: t.string }),
  LandingPaused: variant('LandingPaused', {
    pr: PrNumber,
    text: t.string,
    attempts: t.number,
    limit: t.number,
    retryAt: EpochMs,
  }),
  LandingRefused: variant('LandingRefused', { text: t.string, attempts: t.number }),
}

const variants = { ...ofTheBranch, ...ofPeople, ...ofDependencies, ...ofTheTest, ...ofTheForge }

export const Hold = tagged('Hold', variants)
export type Hold = t.TypeOf<typeof Hold>
export const HoldCode = t.keyof(variants, 'HoldCode')
export type HoldCode = t.TypeOf<typeof HoldCode>
export type HoldOf<C extends HoldCode> = Extract<Hold, { readonly _tag: C }>
