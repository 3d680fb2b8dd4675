/**
 * Why a call to Hail Batch did not succeed.
 * `transient`: nothing was done, the same call may succeed later. `permanent`: the same call will fail again.
 * `unknown`: it may have been done; look it up (by token) before anything else.
 */
export type BatchClientError = {
  readonly kind: 'transient' | 'permanent' | 'unknown'
  readonly code: 'unreachable' | 'timeout' | 'refused' | 'unavailable' | 'not-understood' | 'no-token'
  /** HTTP status, when there was an answer. */
  readonly status?: number
  readonly sentence: string
  /** Method and path of the call. */
  readonly place: string
  readonly remedy: string
}

/** What a call does when its answer is lost: reads and repeatable writes did no harm, a submit may have happened. */
export type Nature = 'repeatable' | 'submit'

const lost = (nature: Nature): 'transient' | 'unknown' => (nature === 'submit' ? 'unknown' : 'transient')

// The request never left: nobody was there to take it.
const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

const codesOf = (cause: unknown): ReadonlyArray<string> => {
  if (typeof cause !== 'object' || cause === null) return []
  const own = 'code' in cause && typeof cause.code === 'string' ? [cause.code] : []
  const inner = 'cause' in cause ? codesOf(cause.cause) : []
  const all = 'errors' in cause && Array.isArray(cause.errors) ? cause.errors.flatMap(codesOf) : []
  return [...own, ...inner, ...all]
}

/** `fetch` rejected: no answer, or not in time. */
export const noAnswer = (place: string, nature: Nature, cause: unknown): BatchClientError => {
  const late = cause instanceof Error && (cause.name === 'TimeoutError' || cause.name === 'AbortError')
  const codes = codesOf(cause)
  const neverSent = codes.some((code) => NEVER_SENT.has(code))
  const detail = codes[0] ?? (cause instanceof Error ? cause.message : String(cause))
  return {
    kind: neverSent ? 'transient' : lost(nature),
    code: late ? 'timeout' : 'unreachable',
    sentence: late ? 'Batch did not answer in time.' : `Batch cannot be reached (${detail}).`,
    place,
    remedy:
      neverSent || nature === 'repeatable' ? 'Try again.' : 'Look the batch up by its token, then try again.',
  }
}

const PERMANENT_REMEDY: Readonly<Record<number, string>> = {
  401: "Check this service's token for Batch.",
  403: 'Check the billing project and the rights of this service in Batch.',
  404: 'It does not exist (any more) or belongs to somebody else.',
  413: 'Send less in one request.',
}

/** An answer that is not a success. */
export const notOk = (place: string, nature: Nature, status: number, body: string): BatchClientError => {
  const text = body.trim().slice(0, 300)
  const sentence = `Batch answered ${status}${text === '' ? '' : ` (${text})`}.`
  // 429 and 503 are said before anything is done; any other 5xx may come after.
  if (status === 429 || status === 503)
    return { kind: 'transient', code: 'unavailable', status, sentence, place, remedy: 'Try again later.' }
  if (status === 408 || status >= 500)
    return { kind: lost(nature), code: 'unavailable', status, sentence, place, remedy: 'Try again later.' }
  const remedy = PERMANENT_REMEDY[status] ?? 'Correct the request.'
  return { kind: 'permanent', code: 'refused', status, sentence, place, remedy }
}

/** A success whose body is not what the API says. */
export const notUnderstood = (
  place: string,
  nature: Nature,
  status: number,
  detail: string,
): BatchClientError => ({
  kind: nature === 'submit' ? 'unknown' : 'permanent',
  code: 'not-understood',
  status,
  sentence: `Batch's answer was not understood: ${detail.slice(0, 300)}.`,
  place,
  remedy: 'Check that the URL is that of a Hail Batch service of a supported version.',
})

/** The token provider failed. */
export const noToken = (place: string): BatchClientError => ({
  kind: 'transient',
  code: 'no-token',
  sentence: 'The token for Batch could not be obtained.',
  place,
  remedy: 'Check where this service gets its token from.',
})
