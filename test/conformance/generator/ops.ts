/** What may happen between two updates, as often as in the recordings. */
import type { Batch } from '../recording.js'
import type { Dice } from './dice.js'
import { setBatch, setCheck, type OpenPr, type Town } from './town.js'

export type Op = ReadonlyArray<string | number | boolean | null>

const authors = ['ehigham', 'patrick-schultz', 'cjllanwarne', 'newcomer', 'stranger']
const authorWeights = [28, 27, 23, 12, 10]
const labels = ['prio:high', 'WIP', 'stacked PR', 'do-not-test']
const mostPullRequests = 6

const words: Readonly<Record<string, ReadonlyArray<readonly [number, string | null]>>> = {
  lint: [
    [77, 'SUCCESS'],
    [41, null],
    [27, 'FAILURE'],
    [5, 'NEUTRAL'],
    [3, 'TIMED_OUT'],
    [3, 'SKIPPED'],
    [3, 'CANCELLED'],
    [3, 'STARTUP_FAILURE'],
    [1, 'ACTION_REQUIRED'],
    [1, 'STALE'],
  ],
  ext: [
    [77, 'SUCCESS'],
    [42, 'PENDING'],
    [35, 'FAILURE'],
    [7, 'ERROR'],
    [4, 'EXPECTED'],
  ],
  opt: [
    [40, 'SUCCESS'],
    [21, null],
    [14, 'FAILURE'],
    [4, 'NEUTRAL'],
    [4, 'SKIPPED'],
    [2, 'TIMED_OUT'],
  ],
}
const checkNames = Object.keys(words)

const firstChecks = (town: Town, dice: Dice, sha: string): void => {
  for (const name of checkNames)
    if (dice.chance(town.required.includes(name) ? 0.7 : 0.28))
      setCheck(town, sha, name, dice.chance(0.6) ? 'SUCCESS' : name === 'ext' ? 'PENDING' : null)
}

const addPr = (town: Town, dice: Dice, sha: string): OpenPr => {
  const n = town.opened + 1
  const pr: OpenPr = {
    n,
    author: dice.weighted(authors.map((author, i) => [authorWeights[i] ?? 1, author] as const)),
    sha,
    review: dice.weighted([
      [73, 'REVIEW_REQUIRED'],
      [20, 'APPROVED'],
      [6, null],
      [1, 'CHANGES_REQUESTED'],
    ]),
    labels: dice.chance(0.12) ? [dice.pick(labels)] : [],
    refuse: undefined,
    pushed: [sha],
  }
  town.opened = n
  town.open = [...town.open, pr]
  return pr
}

const newPr = (town: Town, dice: Dice): Op => {
  const sha = `p${town.opened + 1}c1`
  const pr = addPr(town, dice, sha)
  firstChecks(town, dice, sha)
  return ['new_pr', pr.n, pr.sha, pr.author]
}

const push = (town: Town, dice: Dice, pr: OpenPr): Op => {
  const made = pr.pushed.filter((sha) => sha.startsWith(`p${pr.n}c`)).length
  pr.sha = `p${pr.n}c${made + 1}`
  pr.pushed = [...pr.pushed, pr.sha]
  firstChecks(town, dice, pr.sha)
  return ['push', pr.n, pr.sha]
}

type Running = (kind: Batch['kind']) => ReadonlyArray<Batch>
const running =
  (town: Town): Running =>
  (kind) =>
    town.batches.filter((b) => b.kind === kind && !b.complete && b.state !== 'cancelled')

const end = (town: Town, batch: Batch, name: string, state: string, complete = true): Op => {
  setBatch(town, batch.id, state, complete)
  return [name, batch.id]
}

/** A batch in which a job has failed can't end well any more. */
const ends = (batch: Batch): ReadonlyArray<readonly [number, string, string, boolean]> =>
  batch.kind === 'deploy'
    ? [
        [190, 'deploy_success', 'success', true],
        [41, 'deploy_failure', 'failure', true],
        [14, 'deploy_cancel', 'cancelled', true],
      ]
    : batch.state === 'failure'
      ? [[1, 'batch_failure', 'failure', true]]
      : [
          [630, 'batch_success', 'success', true],
          [170, 'batch_failure', 'failure', true],
          [47, 'batch_job_failed', 'failure', false],
        ]

const endBatch = (town: Town, dice: Dice, batch: Batch): Op => {
  const [, name, state, complete] = dice.weighted(ends(batch).map((way) => [way[0], way] as const))
  return end(town, batch, name, state, complete)
}

const toggle = (town: Town, key: 'statusFault' | 'deployFault', name: string): Op => {
  town[key] = !town[key]
  return [name, town[key]]
}

const reopen = (town: Town, pr: OpenPr): Op => {
  town.closed = town.closed.filter((other) => other !== pr)
  town.open = [...town.open, pr].sort((a, b) => a.n - b.n)
  return ['reopen', pr.n]
}

const close = (town: Town, pr: OpenPr): Op => {
  town.open = town.open.filter((other) => other !== pr)
  town.closed = [...town.closed, pr]
  return ['close', pr.n]
}

const currentBatch = (town: Town, sha: string): Batch | undefined =>
  town.batches.findLast((b) => b.kind === 'test' && b.source === sha && b.state !== 'cancelled')

type Choice = readonly [weight: number, happen: () => Op]

const some = <A>(
  items: ReadonlyArray<A>,
  weight: number,
  happen: (items: ReadonlyArray<A>) => Op,
): ReadonlyArray<Choice> => (items.length === 0 ? [] : [[weight, () => happen(items)]])

const ofPullRequests = (town: Town, dice: Dice): ReadonlyArray<Choice> => {
  const { open } = town
  const back = open.filter((pr) => pr.pushed.length > 1)
  return [
    ...(town.opened < mostPullRequests ? [[400, () => newPr(town, dice)] as const] : []),
    ...some(town.opened < mostPullRequests ? open : [], 20, (prs) => {
      const pr = addPr(town, dice, dice.pick(prs).sha)
      return ['new_pr_same_sha', pr.n, pr.sha, pr.author]
    }),
    ...some(open, 337, (prs) => push(town, dice, dice.pick(prs))),
    ...some(back, 60, (prs) => {
      const pr = dice.pick(prs)
      pr.sha = dice.pick(pr.pushed)
      return ['push_back', pr.n, pr.sha]
    }),
    ...some(open, 86, (prs) => close(town, dice.pick(prs))),
    ...some(town.closed, 100, (prs) => reopen(town, dice.pick(prs))),
  ]
}

const ofPeople = (town: Town, dice: Dice): ReadonlyArray<Choice> => {
  const { open } = town
  const labelled = open.filter((pr) => pr.labels.length > 0)
  const strangers = open.filter((pr) => authors.indexOf(pr.author) > 2 && !town.authorized.has(pr.sha))
  const tested = open.flatMap((pr) => {
    const batch = currentBatch(town, pr.sha)
    return batch === undefined ? [] : [{ pr, batch }]
  })
  return [
    ...some(open, 757, (prs) => {
      const pr = dice.pick(prs)
      pr.review = dice.weighted([
        [577, 'APPROVED'],
        [105, 'CHANGES_REQUESTED'],
        [41, 'REVIEW_REQUIRED'],
        [34, null],
      ])
      return ['review', pr.n, pr.review]
    }),
    ...some(open, 238, (prs) => {
      const pr = dice.pick(prs)
      const label = dice.pick(labels)
      pr.labels = [...pr.labels.filter((other) => other !== label), label]
      return ['label_add', pr.n, label]
    }),
    ...some(labelled, 300, (prs) => {
      const pr = dice.pick(prs)
      const label = dice.pick(pr.labels)
      pr.labels = pr.labels.filter((other) => other !== label)
      return ['label_remove', pr.n, label]
    }),
    ...some(strangers, 300, (prs) => {
      const { sha } = dice.pick(prs)
      town.authorized.add(sha)
      return ['authorize', sha]
    }),
    ...some(tested, 160, (all) => {
      const { pr, batch } = dice.pick(all)
      town.invalidated.add(batch.id)
      return ['retry', pr.n, batch.id]
    }),
    [
      town.frozen ? 220 : 75,
      () => {
        town.frozen = !town.frozen
        return [town.frozen ? 'freeze' : 'unfreeze']
      },
    ],
  ]
}

const ofBatches = (town: Town, dice: Dice): ReadonlyArray<Choice> => {
  const tests = running(town)('test')
  const draining = town.batches.filter((b) => b.kind === 'test' && !b.complete && b.state === 'cancelled')
  const cancelled = town.cancelImmediate
  return [
    ...some(tests, 1100, (all) => endBatch(town, dice, dice.pick(all))),
    ...some(running(town)('deploy'), 900, (all) => endBatch(town, dice, dice.pick(all))),
    ...some(tests, 60, (all) => {
      const batch = dice.pick(all)
      return end(town, batch, 'batch_cancel', batch.state === 'failure' ? 'failure' : 'cancelled', cancelled)
    }),
    ...some(draining, 150, (all) => {
      const batch = dice.pick(all)
      return end(town, batch, 'batch_drained', batch.state)
    }),
  ]
}

const ofTheWorld = (town: Town, dice: Dice): ReadonlyArray<Choice> => {
  const { open } = town
  const refused = open.filter((pr) => pr.refuse !== undefined)
  const fine = open.filter((pr) => !town.conflicts.has(pr.sha))
  const conflicting = open.filter((pr) => town.conflicts.has(pr.sha))
  return [
    ...some(open, 417, (prs) => {
      const { sha } = dice.pick(prs)
      const name = dice.pick(checkNames)
      const value = dice.weighted(words[name] ?? [[1, null]])
      setCheck(town, sha, name, value)
      return ['check', sha, name, value]
    }),
    [
      225,
      () => {
        town.target += 1
        return ['push_target', `t${town.target}`]
      },
    ],
    ...some(open, 82, (prs) => {
      const pr = dice.pick(prs)
      pr.refuse = dice.pick([405, 405, 409, 409, 502])
      return ['refuse', pr.n, pr.refuse]
    }),
    ...some(refused, 150, (prs) => {
      const pr = dice.pick(prs)
      pr.refuse = undefined
      return ['unrefuse', pr.n]
    }),
    ...some(fine, 75, (prs) => {
      const { sha } = dice.pick(prs)
      town.conflicts.add(sha)
      return ['conflict', sha]
    }),
    ...some(conflicting, 400, (prs) => {
      const { sha } = dice.pick(prs)
      town.conflicts.delete(sha)
      return ['unconflict', sha]
    }),
    [town.statusFault ? 200 : 35, () => toggle(town, 'statusFault', 'status_fault')],
    [town.deployFault ? 200 : 25, () => toggle(town, 'deployFault', 'deploy_fault')],
    [62, () => ['restart']],
    [140, () => ['tick']],
  ]
}

/** Something happens. */
export const happen = (town: Town, dice: Dice): Op =>
  dice.weighted([
    ...ofPullRequests(town, dice),
    ...ofPeople(town, dice),
    ...ofBatches(town, dice),
    ...ofTheWorld(town, dice),
  ])()

export const open = (town: Town, dice: Dice): Op => newPr(town, dice)
