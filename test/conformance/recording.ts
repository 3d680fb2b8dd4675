/** The form of a recording: what the reference saw and did, step by step. Decoded at the door; unknown keys are ignored. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'

const optionalKeys = t.partial
export type Check = t.TypeOf<typeof Check>
const Check = t.tuple([t.string, t.string, t.union([t.string, t.null]), t.number])

const RecordedPr = t.intersection([
  t.type({ n: t.number, sha: t.string, author: t.string }),
  optionalKeys({
    review: t.union([t.string, t.null]),
    labels: t.array(t.string),
    checks: t.array(Check),
    conflict: t.boolean,
    refuse: t.number,
  }),
])
export type RecordedPr = t.TypeOf<typeof RecordedPr>

/** `[id, 't', pr, source, target, state, complete]` */
const testFields = ['id', 'kind', 'pr', 'source', 'target', 'state', 'complete']
const RecordedTest = t.type({
  id: t.number,
  kind: t.literal('t'),
  pr: t.number,
  source: t.string,
  target: t.string,
  state: t.string,
  complete: t.number,
})
/** `[id, 'd', sha, state, complete]` */
const deployFields = ['id', 'kind', 'sha', 'state', 'complete']
const RecordedDeploy = t.type({
  id: t.number,
  kind: t.literal('d'),
  sha: t.string,
  state: t.string,
  complete: t.number,
})

const RecordedWorld = t.intersection([
  t.type({ target: t.string, prs: t.array(RecordedPr), batches: t.array(t.UnknownArray) }),
  optionalKeys({
    frozen: t.boolean,
    authorized: t.array(t.string),
    invalidated: t.array(t.number),
    status_fault: t.boolean,
    deploy_fault: t.boolean,
  }),
])

const RecordedAction = t.union([
  t.intersection([
    t.type({ t: t.literal('status'), pr: t.number, sha: t.string, state: t.string }),
    optionalKeys({ ok: t.boolean }),
  ]),
  t.type({ t: t.literal('test'), id: t.number, pr: t.number, source_sha: t.string, target_sha: t.string }),
  t.type({ t: t.literal('build_error'), sha: t.string, target_sha: t.string }),
  t.type({ t: t.literal('cancel'), id: t.number }),
  t.intersection([
    t.type({ t: t.literal('merge'), pr: t.number, sha: t.string, code: t.number }),
    optionalKeys({ new_target: t.string }),
  ]),
  t.type({ t: t.literal('deploy'), id: t.number, sha: t.string }),
  t.type({ t: t.literal('deploy_error'), sha: t.string }),
])
export type RecordedAction = t.TypeOf<typeof RecordedAction>

const RecordedStep = t.intersection([
  t.type({
    ops: t.array(t.UnknownArray),
    world: RecordedWorld,
    actions: t.array(RecordedAction),
    merge_candidate: t.union([t.number, t.null]),
  }),
  optionalKeys({ error: t.string, hidden: t.UnknownArray }),
])

const RecordedScenario = t.intersection([
  t.type({
    params: t.type({
      mergeable: t.boolean,
      deployable: t.boolean,
      required: t.array(t.string),
      cancel_immediate: t.boolean,
    }),
    steps: t.array(RecordedStep),
  }),
  optionalKeys({ seed: t.number, name: t.string }),
])

export interface TestBatch {
  readonly kind: 'test'
  readonly id: number
  readonly pr: number
  readonly source: string
  readonly target: string
  readonly state: string
  readonly complete: boolean
}
interface DeployBatch {
  readonly kind: 'deploy'
  readonly id: number
  readonly sha: string
  readonly state: string
  readonly complete: boolean
}
export type Batch = TestBatch | DeployBatch

/** The world as the reference found it when it was called. */
export interface Snapshot {
  readonly target: string
  readonly prs: ReadonlyArray<RecordedPr>
  readonly batches: ReadonlyArray<Batch>
  readonly frozen: boolean
  readonly authorized: ReadonlyArray<string>
  readonly invalidated: ReadonlyArray<number>
  readonly statusFault: boolean
  readonly deployFault: boolean
  /** The state of a running deploy could not be read (only in a hand-made scenario). */
  readonly deployUnreadable: boolean
}

/** An empty branch at `t1`. */
export const emptySnapshot: Snapshot = {
  target: 't1',
  prs: [],
  batches: [],
  frozen: false,
  authorized: [],
  invalidated: [],
  statusFault: false,
  deployFault: false,
  deployUnreadable: false,
}

export interface Step {
  readonly ops: ReadonlyArray<ReadonlyArray<unknown>>
  readonly world: Snapshot
  readonly actions: ReadonlyArray<RecordedAction>
  readonly candidate: number | null
  /** The reference raised; `actions` are those up to then. */
  readonly error: string | undefined
}

export type Params = t.TypeOf<typeof RecordedScenario>['params']

export interface Scenario {
  /** `seed 17`, or the name of a hand-made one. */
  readonly name: string
  readonly params: Params
  readonly steps: ReadonlyArray<Step>
}

const named = (names: ReadonlyArray<string>, values: ReadonlyArray<unknown>) =>
  Object.fromEntries(names.map((name, i) => [name, values[i]]))

const batchOf = (values: ReadonlyArray<unknown>): t.Validation<Batch> =>
  values[1] === 't'
    ? E.map((b: t.TypeOf<typeof RecordedTest>): Batch => ({
        ...b,
        kind: 'test',
        complete: b.complete === 1,
      }))(RecordedTest.decode(named(testFields, values)))
    : E.map((b: t.TypeOf<typeof RecordedDeploy>): Batch => ({
        ...b,
        kind: 'deploy',
        complete: b.complete === 1,
      }))(RecordedDeploy.decode(named(deployFields, values)))

const worldOf = (w: t.TypeOf<typeof RecordedWorld>, ops: Step['ops']): t.Validation<Snapshot> => {
  const batches = w.batches.map(batchOf)
  const bad = batches.find(E.isLeft)
  return bad !== undefined
    ? bad
    : E.right({
        target: w.target,
        prs: w.prs,
        batches: batches.flatMap((b) => (E.isRight(b) ? [b.right] : [])),
        frozen: w.frozen ?? false,
        authorized: w.authorized ?? [],
        invalidated: w.invalidated ?? [],
        statusFault: w.status_fault ?? false,
        deployFault: w.deploy_fault ?? false,
        deployUnreadable: ops.some(([op]) => op === 'inject'),
      })
}

const stepOf = (s: t.TypeOf<typeof RecordedStep>): t.Validation<Step> =>
  E.map((world: Snapshot): Step => ({
    ops: s.ops,
    world,
    actions: s.actions,
    candidate: s.merge_candidate,
    error: s.error,
  }))(worldOf(s.world, s.ops))

const readable = <A>(where: string, decoded: t.Validation<A>): E.Either<string, A> =>
  E.isRight(decoded)
    ? decoded
    : E.left(`${where}: ${PathReporter.report(decoded).slice(0, 3).join('; ').slice(0, 600)}`)

const parseJson = (where: string, text: string): E.Either<string, unknown> =>
  E.tryCatch(
    () => JSON.parse(text) as unknown,
    () => `${where}: not JSON`,
  )

const scenarioOf = (where: string, text: string): E.Either<string, Scenario> => {
  const json = parseJson(where, text)
  if (E.isLeft(json)) return json
  const decoded = readable(where, RecordedScenario.decode(json.right))
  if (E.isLeft(decoded)) return decoded
  const { params, steps: raw, name, seed } = decoded.right
  const steps = raw.map((step, i) => readable(`${where}, step ${i}`, stepOf(step)))
  const bad = steps.find(E.isLeft)
  return bad !== undefined
    ? bad
    : E.right({
        name: name ?? `seed ${seed ?? '?'}`,
        params,
        steps: steps.flatMap((s) => (E.isRight(s) ? [s.right] : [])),
      })
}

/** All scenarios of a recording (one JSON object per line), or one sentence that says which line is wrong and where. */
export const parseRecording = (file: string, text: string): E.Either<string, ReadonlyArray<Scenario>> => {
  const lines = text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [{ line, i }]))
  const scenarios = lines.map(({ line, i }) => scenarioOf(`${file}:${i + 1}`, line))
  const bad = scenarios.find(E.isLeft)
  return bad !== undefined ? bad : E.right(scenarios.flatMap((s) => (E.isRight(s) ? [s.right] : [])))
}

/** The reference's known developers. */
export const trusted: ReadonlyArray<string> = ['ehigham', 'patrick-schultz', 'cjllanwarne']
