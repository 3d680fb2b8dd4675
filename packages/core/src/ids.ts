/** The identities the core speaks in. Branded, so that a source SHA can't be passed where a run is asked for. */
import * as N from 'fp-ts/lib/number.js'
import type { Ord } from 'fp-ts/lib/Ord.js'
import * as S from 'fp-ts/lib/string.js'
import * as t from 'io-ts'

const word = (s: string): boolean => s.length > 0 && !/\s/.test(s)
/** JSON has no negative zero, so neither have we: what is written must read back as it was. */
const counting = (n: number): boolean => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0)

/** A whole number from zero on. */
export const Natural = t.refinement(t.number, counting, 'Natural')

export interface ShaBrand {
  readonly Sha: unique symbol
}
/** A git object name. The core never looks inside; any word without white space will do (simulations use short ones). */
export const Sha = t.brand(t.string, (s): s is t.Branded<string, ShaBrand> => word(s), 'Sha')
export type Sha = t.TypeOf<typeof Sha>

export interface PrNumberBrand {
  readonly PrNumber: unique symbol
}
/** The number of a pull request, unique in its repository. */
export const PrNumber = t.brand(
  t.number,
  (n): n is t.Branded<number, PrNumberBrand> => counting(n),
  'PrNumber',
)
export type PrNumber = t.TypeOf<typeof PrNumber>

export interface BatchIdBrand {
  readonly BatchId: unique symbol
}
/** The id of a batch; the Batch service counts upwards, so a greater id is a newer batch. */
export const BatchId = t.brand(t.number, (n): n is t.Branded<number, BatchIdBrand> => counting(n), 'BatchId')
export type BatchId = t.TypeOf<typeof BatchId>

export interface RunIdBrand {
  readonly RunId: unique symbol
}
/** One attempt to test one exact thing. Doubles as the idempotency token of its batch. */
export const RunId = t.brand(t.string, (s): s is t.Branded<string, RunIdBrand> => word(s), 'RunId')
export type RunId = t.TypeOf<typeof RunId>

export interface EffectIdBrand {
  readonly EffectId: unique symbol
}
/** The id of an order; acting twice on one id must look from outside like acting once. */
export const EffectId = t.brand(t.string, (s): s is t.Branded<string, EffectIdBrand> => word(s), 'EffectId')
export type EffectId = t.TypeOf<typeof EffectId>

export interface EpochMsBrand {
  readonly EpochMs: unique symbol
}
/** Milliseconds since 1970-01-01T00:00:00Z, as the host read its clock. */
export const EpochMs = t.brand(t.number, (n): n is t.Branded<number, EpochMsBrand> => counting(n), 'EpochMs')
export type EpochMs = t.TypeOf<typeof EpochMs>

export const sha = (s: string): Sha => s as Sha
export const prNumber = (n: number): PrNumber => n as PrNumber
export const batchId = (n: number): BatchId => n as BatchId
export const runId = (s: string): RunId => s as RunId
export const effectId = (s: string): EffectId => s as EffectId
export const epochMs = (n: number): EpochMs => n as EpochMs

export const byNumber: Ord<PrNumber> = N.Ord
export const bySha: Ord<Sha> = S.Ord
export const byBatchId: Ord<BatchId> = N.Ord
/** Shorter first: ids count upwards in decimal, so run-a-9 comes before run-a-10, as it was begun before it. */
export const byRunId: Ord<RunId> = {
  equals: (a, b) => a === b,
  compare: (a, b) => N.Ord.compare(a.length, b.length) || S.Ord.compare(a, b),
}
export const byEffectId: Ord<EffectId> = S.Ord
