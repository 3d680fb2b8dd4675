import type { FaultScript } from '../faults/script.js'
import type { DeliveryRow } from '../store/rows.js'

/** What the script of faults does to deliveries. */
export type Mischief = {
  /** Is the delivery on its way by a longer road, so that others overtake it? */
  readonly isHeld: (delivery: Pick<DeliveryRow, 'id'>) => boolean
  readonly heldCount: () => number
  /** What becomes of a delivery; each is judged once. */
  readonly judge: (delivery: DeliveryRow) => 'send' | 'send twice' | 'lose' | 'hold'
  readonly close: () => void
}

/** `wake` is called when a held delivery may go. */
export const makeMischief = (faults: FaultScript, wake: () => void): Mischief => {
  const judged = new Set<number>()
  const held = new Map<number, NodeJS.Timeout>()

  const hold = (id: number, ms: number): void => {
    const release = (): void => {
      held.delete(id)
      wake()
    }
    held.set(id, setTimeout(release, ms))
  }

  const judge: Mischief['judge'] = (delivery) => {
    if (judged.has(delivery.id)) return 'send'
    judged.add(delivery.id)
    const { event, payload: body } = delivery
    const struck = faults.strike({ on: 'hook', method: 'POST', path: '', body, event })
    const late = struck.find((fault) => fault._tag === 'Delayed')
    if (struck.some(({ _tag }) => _tag === 'Lost')) return 'lose'
    if (late !== undefined) {
      hold(delivery.id, late.ms)
      return 'hold'
    }
    return struck.some(({ _tag }) => _tag === 'Doubled') ? 'send twice' : 'send'
  }

  return {
    isHeld: ({ id }) => held.has(id),
    heldCount: () => held.size,
    judge,
    close: () => held.forEach((timer) => clearTimeout(timer)),
  }
}
