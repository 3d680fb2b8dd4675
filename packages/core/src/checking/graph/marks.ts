/** What is remembered of a state for the liveness check, as bits. */

/** The fair move made headgate order something that is not a read. */
export const ordersMore = 1
/** Nothing is on its way and headgate waits for its next poll only. */
export const atRest = 2
/** It is at rest, and something must not stay as it is. */
export const broken = 4
