import * as E from 'fp-ts/lib/Either.js'
import { attributeCondition, type Condition, type Search } from './search.js'

const NUMBER_OPERATORS = ['>=', '<=', '!=', '==', '=', '>', '<']
const TERM = /^(.+?)\s*(>=|<=|!=|==|=~|!~|=|>|<)\s*(.*)$/

const compare = (column: string, operator: string, value: string): E.Either<string, Condition> =>
  NUMBER_OPERATORS.includes(operator) && /^-?\d+(\.\d+)?$/.test(value)
    ? E.right({ sql: `${column} ${operator === '==' ? '=' : operator} ?`, values: [Number(value)] })
    : E.left(`could not parse term "${column} ${operator} ${value}"`)

const equal = (column: string, operator: string, value: string): E.Either<string, Condition> => {
  if (operator === '=' || operator === '==') return E.right({ sql: `${column} = ?`, values: [value] })
  if (operator === '!=') return E.right({ sql: `${column} != ?`, values: [value] })
  return E.left(`unexpected operator "${operator}" for ${column}`)
}

const byAttribute = (
  kind: 'batch' | 'job',
  key: string,
  operator: string,
  value: string,
): E.Either<string, Condition> => {
  const has = attributeCondition[kind]
  const not = (found: E.Either<string, Condition>): E.Either<string, Condition> =>
    E.isLeft(found) ? found : E.right({ ...found.right, sql: `NOT (${found.right.sql})` })
  if (operator === '=' || operator === '==') return has('key = ? AND value = ?', key, value)
  if (operator === '!=') return not(has('key = ? AND value = ?', key, value))
  if (operator === '=~') return has('key = ? AND instr(value, ?) > 0', key, value)
  if (operator === '!~') return not(has('key = ? AND instr(value, ?) > 0', key, value))
  return E.left(`unexpected operator "${operator}" for attribute ${key}`)
}

const BATCH_STATE = `CASE WHEN state = 'open' THEN 'open' WHEN n_failed > 0 THEN 'failure'
  WHEN cancelled = 1 OR n_cancelled > 0 THEN 'cancelled' WHEN state = 'complete' THEN 'success' ELSE 'running' END`

const batchTerm = (left: string, operator: string, right: string): E.Either<string, Condition> => {
  switch (left) {
    case 'batch_id':
      return compare('id', operator, right)
    case 'user':
    case 'billing_project':
      return equal(left, operator, right)
    case 'state':
      // `complete` is a phase, the others are what the API shows as state.
      return right === 'complete'
        ? equal('state', operator, right)
        : equal(`(${BATCH_STATE})`, operator, right)
    default:
      return byAttribute('batch', left, operator, right)
  }
}

const jobTerm = (left: string, operator: string, right: string): E.Either<string, Condition> => {
  switch (left) {
    case 'job_id':
      return compare('job_id', operator, right)
    case 'state':
      return equal('lower(state)', operator, right.toLowerCase())
    default:
      return byAttribute('job', left, operator, right)
  }
}

const bare = (kind: 'batch' | 'job', word: string): E.Either<string, Condition> => {
  const quoted = /^"(.*)"$/.exec(word)?.[1]
  return quoted === undefined
    ? attributeCondition[kind]('(instr(key, ?) > 0 OR instr(value, ?) > 0)', word, word)
    : attributeCondition[kind]('(key = ? OR value = ?)', quoted, quoted)
}

const parseV2 =
  (kind: 'batch' | 'job') =>
  (query: string): Search => {
    const found: Condition[] = []
    for (const line of query.split('\n').map((text) => text.trim())) {
      if (line === '') continue
      const [, left, operator, right] = TERM.exec(line) ?? []
      const parsed =
        left === undefined || operator === undefined || right === undefined || line.startsWith('"')
          ? bare(kind, line)
          : (kind === 'batch' ? batchTerm : jobTerm)(left.trim(), operator, right)
      if (E.isLeft(parsed)) return parsed
      found.push(parsed.right)
    }
    return E.right(found)
  }

/** Query language of `GET /api/v2alpha/batches`: one `left operator right` per line; times and costs are not kept here. */
export const searchBatchesV2 = parseV2('batch')

/** Query language of `GET /api/v2alpha/batches/{id}/jobs`. */
export const searchJobsV2 = parseV2('job')
