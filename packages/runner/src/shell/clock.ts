import { epochMs, type EpochMs } from '@headgate/core'

/** The host's clock in milliseconds; it never goes back, whatever the machine's does. */
export type Clock = () => EpochMs

/** A clock over `read` (milliseconds since 1970). */
export const makeClock = (read: () => number = Date.now): Clock => {
  let latest = 0
  return () => {
    latest = Math.max(latest, Math.floor(read()))
    return epochMs(latest)
  }
}
