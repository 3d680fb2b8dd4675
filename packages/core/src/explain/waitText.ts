/** A wait in one sentence; its times are data, for whoever shows it to put in words. */
import type { Clearer } from '../landing/clearing.js'
import type { Awaited } from './awaited.js'

const somebody: Readonly<Record<Clearer, string>> = {
  author: 'its author',
  reviewer: 'a reviewer',
  operator: 'an operator',
  maintainer: 'a maintainer of the repository',
  checks: 'a required check',
  headgate: 'headgate',
  forge: 'the forge',
  dependency: 'the pull request that it depends on',
}

const list = (numbers: ReadonlyArray<number>): string => numbers.map((pr) => `#${pr}`).join(', ')

const orderText = ({ order, attempt, waiting }: Extract<Awaited, { _tag: 'Order' }>): string => {
  const times = attempt > 1 ? ` (attempt ${attempt})` : ''
  switch (waiting) {
    case 'answer':
      return `Under way${times}: ${order}.`
    case 'retry':
      return `To be tried again${times}: ${order}.`
    case 'look':
      return `Its outcome is unknown and is being looked at: ${order}.`
  }
}

const batchText = ({ batchId, purpose, members }: Extract<Awaited, { _tag: 'Batch' }>): string => {
  switch (purpose) {
    case 'gate':
      return `Test batch ${batchId} of ${list(members.map(({ pr }) => pr))} ends.`
    case 'head':
      return `Batch ${batchId}, which tests the head, ends.`
    case 'deploy':
      return `Deploy batch ${batchId} ends.`
  }
}

export const waitText = (awaited: Awaited): string => {
  switch (awaited._tag) {
    case 'Order':
      return orderText(awaited)
    case 'Batch':
      return batchText(awaited)
    case 'Place':
      return `A test ends and makes room: that of ${list(awaited.running)}.`
    case 'Turn':
      return `#${awaited.first} goes first.`
    case 'Pause':
      return `The forge is asked again to land #${awaited.pr}.`
    case 'Somebody':
      return `Waiting for ${somebody[awaited.who]}.`
    case 'Poll':
      return 'Everything is read afresh.'
    case 'Nothing':
      return 'It lands now.'
  }
}
