/** The deadlines of a wait, named: what people read beside the sentence. */
import type { WaitView } from './branch.js'

export interface When {
  readonly label: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** When it is looked at or acted on next, and when it is over at the latest. */
export const deadlinesOf = ({ awaited, nextLook, expires }: WaitView): ReadonlyArray<When> => {
  if (awaited._tag === 'Nothing') return []
  if (awaited._tag === 'Pause') return [{ label: 'at', at: nextLook }]
  if (awaited._tag === 'Order' && awaited.waiting !== 'look')
    return [{ label: awaited.waiting === 'answer' ? 'answer due by' : 'at', at: nextLook }]
  const look = { label: 'next look at', at: nextLook }
  return expires === null ? [look] : [look, { label: 'over by', at: expires }]
}

/** `14:05:03`, in UTC. */
export const clockTime = (at: number): string => new Date(at).toISOString().slice(11, 19)

/** The wait as one line: `Test batch 12 of #3 ends. (next look at 14:05:03, over by 18:04:03 UTC)`. */
export const waitLine = (wait: WaitView): string => {
  const times = deadlinesOf(wait).map(({ label, at }) => `${label} ${clockTime(at)}`)
  return times.length === 0 ? wait.text : `${wait.text} (${times.join(', ')} UTC)`
}
