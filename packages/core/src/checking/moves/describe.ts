/** A move in words. */
import { describeEffect } from '../../index.js'
import type { Situation } from '../model.js'
import { deployOwner, headOwner, type WorldBatch } from '../world/world.js'
import type { Move, Outcome } from './move.js'

const fate: Readonly<Record<Outcome, string>> = {
  ok: 'done',
  transient: 'not done, and headgate is told that it may try again',
  permanent: 'not done, and headgate is told that it never will be',
  rejected: 'not done, for there is a rule against it',
  unknownBefore: 'not done, and headgate is told that nobody knows',
  unknownAfter: 'done, and headgate is told that nobody knows',
  lost: 'lost, and nobody says so',
  silent: 'done, and the answer is lost',
  late: 'done, and the answer is late',
  twice: 'done, and the answer comes twice',
}

const delivery: Readonly<Record<'once' | 'twice' | 'never', string>> = {
  once: 'the answer arrives',
  twice: 'the answer arrives, and will once more',
  never: 'the answer is lost',
}

const batchText = (batch: WorldBatch | undefined): string =>
  batch === undefined
    ? ''
    : batch.owner === deployOwner
      ? `the deploy of ${batch.commit}`
      : batch.owner === headOwner
        ? `the test of the head ${batch.commit}`
        : `the test of ${batch.members.map(({ pr, source }) => `#${pr} at ${source}`).join(', ')} on ${batch.target}`

export const describeMove = ({ world }: Situation, move: Move): string => {
  switch (move.do) {
    case 'perform': {
      const effect = world.orders[move.order]
      return `${effect === undefined ? 'nothing' : describeEffect(effect)}: ${fate[move.outcome]}`
    }
    case 'deliver': {
      const answer = world.answers[move.answer]
      return `${answer === undefined ? 'nothing' : describeEffect(answer.effect)}: ${delivery[move.how]}`
    }
    case 'wake':
      return 'time passes until the next alarm'
    case 'hintAll':
      return 'a webhook says that something changed'
    case 'hintHead':
      return 'a webhook says that the branch moved'
    case 'hintBatches':
      return 'a callback says that a batch changed'
    case 'hintPr':
      return `a webhook says that #${move.pr} changed`
    case 'endBatch':
      return `batch ${move.batch}, ${batchText(world.batches[move.batch - 1])}, ends: ${move.as}`
    default:
      return describePeople(world, move)
  }
}

const describePeople = (
  world: Situation['world'],
  move: Exclude<
    Move,
    { do: 'perform' | 'deliver' | 'wake' | 'endBatch' | 'hintAll' | 'hintHead' | 'hintBatches' | 'hintPr' }
  >,
): string => {
  const pr = 'pr' in move ? world.prs[move.pr - 1] : undefined
  switch (move.do) {
    case 'push':
      return `somebody pushes a commit to #${move.pr}`
    case 'review':
      return pr?.approved === true && pr.approvals.includes(pr.source)
        ? `the reviewer of #${move.pr} withdraws the approval`
        : `a reviewer approves #${move.pr} at ${pr?.source ?? '?'}`
    case 'label':
      return pr?.blocked === true ? `#${move.pr} is no longer labelled WIP` : `#${move.pr} is labelled WIP`
    case 'close':
      return `#${move.pr} is closed`
    case 'authorize':
      return `an operator authorizes ${pr?.source ?? '?'}`
    case 'retryTest':
      return `an operator asks for another test of #${move.pr}`
    case 'pushToBranch':
      return 'somebody pushes to the branch, past the gate'
    case 'freeze':
      return 'an operator freezes the branch'
    case 'unfreeze':
      return 'an operator unfreezes the branch'
    case 'retryDeploy':
      return 'an operator asks for another deploy'
    case 'changePolicy': {
      const [next] = world.policies
      return `an operator changes the strategy from ${world.policy.strategy._tag} to ${next?.strategy._tag ?? '?'}`
    }
    case 'retryHeadTest':
      return 'an operator asks for another test of the head'
    case 'restart':
      return 'the service restarts'
    case 'loseJournal':
      return 'the service restarts with its journal lost'
  }
}
