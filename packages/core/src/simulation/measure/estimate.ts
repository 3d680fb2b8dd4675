/** What several seeds say together. */
import { mean, sampleStandardDeviation } from 'simple-statistics'

/** A mean, and half the width of its 95 % confidence interval (none for fewer than two seeds). */
export interface Estimate {
  readonly mean: number
  readonly half: number | undefined
}

/** 97.5 % quantiles of Student's t distribution with 1, 2, ... degrees of freedom; beyond, the normal one is near enough. */
const student: ReadonlyArray<number> = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
]
const NORMAL = 1.96

/** Under the assumption that the figures of different seeds are independent and about normal. */
export const estimate = (values: ReadonlyArray<number>): Estimate => {
  const finite = values.filter(Number.isFinite)
  if (finite.length === 0) return { mean: NaN, half: undefined }
  const half =
    finite.length < 2
      ? undefined
      : ((student[finite.length - 2] ?? NORMAL) * sampleStandardDeviation(finite)) / Math.sqrt(finite.length)
  return { mean: mean([...finite]), half }
}
