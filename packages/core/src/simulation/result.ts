/** What came of one game: everything that is measured is computed from this. */
export interface Result {
  /** When each pull request was approved, in milliseconds from the first arrival. */
  readonly arrivals: ReadonlyArray<number>
  /** When it landed, where it did. */
  readonly landed: ReadonlyArray<number | undefined>
  /** When it was given back to its author as failed, where it was. */
  readonly ejected: ReadonlyArray<number | undefined>
  /** How many were ejected that would have passed. */
  readonly innocents: number
  /** Test runs that used the engine. */
  readonly runs: number
  /** Those of them by which something landed. */
  readonly useful: number
  /** Milliseconds of the engine, those of cancelled runs up to their end included. */
  readonly engineMs: number
  /** Landings that the world knows to be wrong. Empty, or headgate is broken. */
  readonly wrongs: ReadonlyArray<string>
  /** The game was ended because it went on without end. */
  readonly cut: boolean
  /** How many events were reduced. */
  readonly events: number
}
