/**
 * The language of traces. A phrase is at once a command's name, its grammar and its documentation: what stands in braces
 * is a slot, everything else is written as it is. `{ do: 'push #{pr}', pr: 3 }` is written `push #3`.
 */

export const phrases = [
  // The service and its host.
  'start',
  'start with {changes}',
  'policy: {changes}',
  'restart',
  'memory is lost',
  '{duration} pass',
  '{duration} pass at once',
  'hooks are lost',
  'hooks are delivered',
  'orders wait',
  'orders are carried out',
  '{kind} orders wait',
  '{kind} orders are carried out',
  // The forge.
  'open #{pr} by {author}, {review}',
  'push #{pr}',
  'push #{pr}, the same commit as #{other}',
  'approve #{pr}',
  'request changes on #{pr}',
  'dismiss the approval of #{pr}',
  'label #{pr} "{label}"',
  'unlabel #{pr} "{label}"',
  'draft #{pr}',
  'undraft #{pr}',
  'close #{pr}',
  'reopen #{pr}',
  'retarget #{pr}',
  '#{pr} depends on #{other}',
  '#{pr} depends on nothing',
  'check {check} of #{pr} is {state}',
  'check {check} of #{pr} is {state}, says {reporter}',
  'require the check {check}',
  'do not require the check {check}',
  'push to the branch',
  'reset the branch to {commit}',
  '#{pr} conflicts with the head',
  '#{pr} breaks build.yaml',
  '#{pr} is bad',
  '#{pr} and #{other} do not go together',
  'the forge does not notice landings',
  // The batch service.
  'batch of #{pr} {end}',
  'batch of the head {end}',
  'batch {batch} {end}',
  'deploy {end}',
  'all batches end',
  'batch {batch} has a failed job',
  'batch {batch} is deleted',
  // Hooks, when they do not come by themselves.
  'hook: #{pr}',
  'hook: checks of #{pr}',
  'hook: the head',
  'hook: everything',
  'hook: batch {batch}',
  'hook: the batches',
  // Operators.
  'authorize #{pr}',
  'freeze: {text}',
  'unfreeze',
  'retry #{pr}',
  'retry #{pr} from batch {batch}',
  'retry the test of the head',
  'retry the deploy',
  // Orders, when they wait.
  '{order} {outcome}',
  'the late answer to {order} arrives',
  'faults stop',
  // Questions.
  'show the queue',
  'show the branch',
] as const

export type Phrase = (typeof phrases)[number]

export const outcomes = [
  'is carried out',
  'is carried out, answered twice',
  'is carried out, its answer is late',
  'is carried out, its answer is lost',
  'is carried out, its outcome is unknown',
  'is lost',
  'is lost, its outcome is unknown',
  'fails for now',
  'fails for ever',
  'is refused',
  'shows an old picture',
] as const
export type Outcome = (typeof outcomes)[number]

export const ends = ['passes', 'fails', 'is cancelled'] as const
export type End = (typeof ends)[number]

export const kinds = [
  'read',
  'preparation',
  'test',
  'cancel',
  'status',
  'landing',
  'inspection',
  'closing',
  'deploy',
  'announcement',
  'clean-up',
] as const
export type Kind = (typeof kinds)[number]

interface SlotTypes {
  readonly pr: number
  readonly other: number
  readonly batch: number
  readonly duration: number
  readonly kind: Kind
  readonly review: 'approved' | 'not approved'
  readonly end: End
  readonly outcome: Outcome
  readonly order: string
  readonly author: string
  readonly check: string
  readonly state: string
  readonly reporter: string
  readonly commit: string
  readonly label: string
  readonly text: string
  readonly changes: string
}
export type Slot = keyof SlotTypes

type SlotsOf<T extends string> = T extends `${string}{${infer S}}${infer Rest}` ? S | SlotsOf<Rest> : never
type CommandOf<T extends Phrase> = {
  readonly do: T
} & { readonly [S in SlotsOf<T> & Slot]: SlotTypes[S] }

/** One line of a trace, as data. */
export type Command = { [T in Phrase]: CommandOf<T> }[Phrase]
