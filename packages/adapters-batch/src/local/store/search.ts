import * as E from 'fp-ts/lib/Either.js'

/** A condition of SQL with its values, or the refusal of a term that is not part of the query language. */
export type Condition = { readonly sql: string; readonly values: ReadonlyArray<string | number> }

export type Search = E.Either<string, ReadonlyArray<Condition>>

const condition = (sql: string, ...values: ReadonlyArray<string | number>): E.Either<string, Condition> =>
  E.right({ sql, values })

const BATCH_STATES: Readonly<Record<string, string>> = {
  open: `state = 'open'`,
  closed: `state != 'open'`,
  complete: `state = 'complete'`,
  running: `state = 'running'`,
  cancelled: `cancelled = 1`,
  failure: `n_failed > 0`,
  success: `state = 'complete' AND n_succeeded = n_jobs`,
}

const JOB_STATES: Readonly<Record<string, ReadonlyArray<string>>> = {
  pending: ['Pending'],
  ready: ['Ready'],
  creating: ['Creating'],
  running: ['Running'],
  live: ['Ready', 'Creating', 'Running'],
  cancelled: ['Cancelled'],
  error: ['Error'],
  failed: ['Failed'],
  bad: ['Error', 'Failed'],
  success: ['Success'],
  done: ['Cancelled', 'Error', 'Failed', 'Success'],
}

/** Conditions on the named batch attribute or job attribute. */
export const attributeCondition = {
  batch: (sql: string, ...values: ReadonlyArray<string>): E.Either<string, Condition> =>
    condition(`id IN (SELECT batch_id FROM batch_attributes WHERE ${sql})`, ...values),
  job: (sql: string, ...values: ReadonlyArray<string>): E.Either<string, Condition> =>
    condition(
      `job_id IN (SELECT job_id FROM job_attributes a WHERE a.batch_id = jobs.batch_id AND ${sql})`,
      ...values,
    ),
}

const split = (term: string): readonly [string, string] => {
  const at = term.indexOf('=')
  return [term.slice(0, at), term.slice(at + 1)]
}

const batchTerm = (term: string): E.Either<string, Condition> => {
  if (term.includes('=')) return attributeCondition.batch('key = ? AND value = ?', ...split(term))
  if (term.startsWith('has:')) return attributeCondition.batch('key = ?', term.slice(4))
  if (term.startsWith('user:')) return condition('user = ?', term.slice(5))
  if (term.startsWith('billing_project:')) return condition('billing_project = ?', term.slice(16))
  const state = Object.hasOwn(BATCH_STATES, term) ? BATCH_STATES[term] : undefined
  return state === undefined ? E.left(`Invalid search term: ${term}.`) : condition(`(${state})`)
}

const jobTerm = (term: string): E.Either<string, Condition> => {
  if (term.startsWith('job_id=')) return condition('job_id = ?', Number(term.slice(7)))
  if (term.includes('=')) return attributeCondition.job('key = ? AND value = ?', ...split(term))
  if (term.startsWith('has:')) return attributeCondition.job('key = ?', term.slice(4))
  const states = Object.hasOwn(JOB_STATES, term) ? JOB_STATES[term] : undefined
  return states === undefined
    ? E.left(`Invalid search term: ${term}.`)
    : condition(`state IN (${states.map(() => '?').join(', ')})`, ...states)
}

const parseV1 =
  (parseTerm: (term: string) => E.Either<string, Condition>) =>
  (query: string): Search => {
    const found: Condition[] = []
    for (const term of query.split(/\s+/).filter((word) => word !== '')) {
      const negated = term.startsWith('!')
      const parsed = parseTerm(negated ? term.slice(1) : term)
      if (E.isLeft(parsed)) return parsed
      found.push(negated ? { ...parsed.right, sql: `NOT (${parsed.right.sql})` } : parsed.right)
    }
    return E.right(found)
  }

/** Query language of `GET /api/v1alpha/batches`: `key=value has:key user:x running !success ...`, all must hold. */
export const searchBatchesV1 = parseV1(batchTerm)

/** Query language of `GET /api/v1alpha/batches/{id}/jobs`. */
export const searchJobsV1 = parseV1(jobTerm)
