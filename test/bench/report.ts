/** What a benchmark of time says: one line per case and number of open pull requests, in microseconds. */
export interface Figure {
  readonly case: string
  readonly openPrs: number
  readonly medianUs: number
  readonly p99Us: number
}

/** What a benchmark gives: its figures, and remarks for people. */
export interface Outcome {
  readonly figures: ReadonlyArray<object>
  readonly remarks?: ReadonlyArray<string>
}

/** The value that this share of the samples does not exceed. Samples must be in ascending order. */
export const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0

export const median = (values: ReadonlyArray<number>): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  )

/** Milliseconds as microseconds with two decimals. */
export const us = (ms: number): number => Math.round(ms * 100_000) / 100
