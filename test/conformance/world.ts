/**
 * The forge and the batch service of one step: they start as recorded and change only by what is done to them, by the
 * rules that the recording was made under. Mutable. The reference's model and our core each act on a world of their own.
 */
import type { Batch, Params, RecordedAction, RecordedPr, Snapshot, TestBatch } from './recording.js'

export interface World {
  readonly params: Params
  readonly snapshot: Snapshot
  target: string
  prs: ReadonlyArray<RecordedPr>
  batches: ReadonlyArray<Batch>
  /** What was done, in order, in the form of the recording. */
  readonly actions: Array<RecordedAction>
  /** What each head made by a merge of this step consists of. */
  readonly landed: Map<string, { readonly parent: string; readonly source: string; readonly pr: number }>
  /** The id of the next batch; called once for each. */
  readonly allocate: (
    batches: ReadonlyArray<Batch>,
    what: Omit<Test, 'id'> | { readonly sha: string },
  ) => number
}
type Test = Pick<TestBatch, 'id' | 'pr' | 'source' | 'target'>

export const ownContext = 'ci-test'

/** As the recordings number batches: consecutively. */
const nextId: World['allocate'] = (batches) => Math.max(0, ...batches.map((b) => b.id)) + 1

export const openWorld = (
  params: Params,
  snapshot: Snapshot,
  batches: ReadonlyArray<Batch> = snapshot.batches,
  allocate: World['allocate'] = nextId,
): World => ({
  params,
  snapshot,
  target: snapshot.target,
  prs: snapshot.prs,
  batches,
  actions: [],
  landed: new Map(),
  allocate,
})

export type StatusWord = 'pending' | 'success' | 'failure'

/** Posts our commit status; false: the forge refused it. A status belongs to its SHA, so every pull request with it shows it. */
export const postStatus = (world: World, pr: number, sha: string, state: StatusWord): boolean => {
  const ok = !world.snapshot.statusFault
  world.actions.push({ t: 'status', pr, sha, state, ...(ok ? {} : { ok }) })
  if (!ok) return false
  const required = world.params.required.includes(ownContext) ? 1 : 0
  const check = [ownContext, 'S', state.toUpperCase(), required] as const
  world.prs = world.prs.map((p) =>
    p.sha === sha
      ? { ...p, checks: [...(p.checks ?? []).filter(([name]) => name !== ownContext), [...check]] }
      : p,
  )
  return true
}

/** Whether this source does not combine with the branch. */
export const conflicts = (world: World, sha: string): boolean =>
  world.prs.some((p) => p.sha === sha && p.conflict === true)

export const submitTest = (world: World, pr: number, source: string, target: string): number => {
  const id = world.allocate(world.batches, { pr, source, target })
  const batch: TestBatch = { kind: 'test', id, pr, source, target, state: 'running', complete: false }
  world.batches = [...world.batches, batch]
  world.actions.push({ t: 'test', id, pr, source_sha: source, target_sha: target })
  return id
}

/** undefined: the checkout failed, nothing was submitted. */
export const submitDeploy = (world: World, sha: string): number | undefined => {
  if (world.snapshot.deployFault) {
    world.actions.push({ t: 'deploy_error', sha })
    return undefined
  }
  const id = world.allocate(world.batches, { sha })
  world.batches = [...world.batches, { kind: 'deploy', id, sha, state: 'running', complete: false }]
  world.actions.push({ t: 'deploy', id, sha })
  return id
}

/** A batch in which a job has failed stays failed; a cancelled one drains first unless cancelling is immediate. */
export const cancelBatch = (world: World, id: number): void => {
  world.actions.push({ t: 'cancel', id })
  world.batches = world.batches.map((b) =>
    b.id === id
      ? {
          ...b,
          state: b.state === 'running' ? 'cancelled' : b.state,
          complete: b.complete || world.params.cancel_immediate,
        }
      : b,
  )
}

const passes = ['SUCCESS', 'NEUTRAL', 'SKIPPED']

/** GitHub's own conditions for merging. */
const answerOf = (world: World, pr: RecordedPr, source: string): number => {
  if (pr.refuse !== undefined) return pr.refuse
  if (pr.sha !== source) return 409
  const green = world.params.required.every((name) =>
    (pr.checks ?? []).some(([n, , state]) => n === name && state !== null && passes.includes(state)),
  )
  return pr.conflict === true || pr.review !== 'APPROVED' || !green ? 405 : 200
}

/** Heads of the target are `t1`, `t2`, … */
const headAfter = (target: string): string => `t${Number(target.slice(1)) + 1}`

/** Asks for the merge; the answer is the HTTP status. */
export const mergePullRequest = (world: World, pr: RecordedPr, source: string): number => {
  const code = answerOf(world, pr, source)
  if (code !== 200) {
    world.actions.push({ t: 'merge', pr: pr.n, sha: source, code })
    return code
  }
  const next = headAfter(world.target)
  world.landed.set(next, { parent: world.target, source, pr: pr.n })
  world.actions.push({ t: 'merge', pr: pr.n, sha: source, code, new_target: next })
  world.target = next
  world.prs = world.prs.filter((p) => p.n !== pr.n)
  return code
}
