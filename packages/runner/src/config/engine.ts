/** Where tests run: on Hail Batch, or wherever the checks come from that GitHub shows on the prepared commit. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { CheckEngine } from '@headgate/adapters-github'
import { mapping, text } from './codec.js'

export type Engine = { readonly _tag: 'Batch' } | ({ readonly _tag: 'GithubChecks' } & CheckEngine)

const seconds = new t.Type<number, number>(
  'a number of seconds',
  t.number.is,
  (u, c) =>
    typeof u === 'number' && u >= 0 && u < 1e6
      ? t.success(u)
      : t.failure(u, c, 'expected a number of seconds'),
  t.identity,
)

const ChecksEngine = mapping(
  { name: t.literal('github-checks'), checks: t.record(t.string, text('the slug of an app')) },
  { minimumSeconds: seconds, graceSeconds: seconds },
)

/** Actions reports within seconds of a push; a busy installation takes a little longer. */
const GRACE_SECONDS = 300

/** What is wrong with an engine, and where in it. */
export interface EngineFault {
  readonly path: ReadonlyArray<string>
  readonly text: string
}

const fault = (text: string, ...path: ReadonlyArray<string>): E.Either<EngineFault, never> =>
  E.left({ path, text })

/** The engine that a branch names; Batch unless it says. */
export const engineOf = (given: unknown): E.Either<EngineFault, Engine> => {
  if (given === undefined || given === 'batch') return E.right({ _tag: 'Batch' })
  if (given === 'github-checks')
    return fault(
      'say which checks count and whose: { name: github-checks, checks: { test: github-actions } }',
    )
  if (typeof given === 'string') return fault(`"${given}" is no engine; there are batch and github-checks`)
  const decoded = ChecksEngine.decode(given)
  if (E.isLeft(decoded)) {
    const [error] = decoded.left
    const path = (error?.context ?? []).map((entry) => entry.key).filter((key) => key !== '')
    return fault(error?.message ?? 'expected name, checks and perhaps minimumSeconds', ...path)
  }
  const { checks, minimumSeconds = 0, graceSeconds = GRACE_SECONDS } = decoded.right
  return Object.keys(checks).length === 0
    ? fault('name at least one check: without any, everything would pass', 'checks')
    : E.right({ _tag: 'GithubChecks', checks, minimumSeconds, graceSeconds })
}
