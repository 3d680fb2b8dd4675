import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { explainErrors } from '@headgate/core'
import { noAnswer, noToken, notOk, notUnderstood, type BatchClientError, type Nature } from './error.js'

export type BatchClientOptions = {
  /** Where the Batch front end is, e.g. `https://batch.hail.is`. */
  readonly baseUrl: string
  /** Gives the bearer token of each call, so that it may be renewed. */
  readonly token: () => Promise<string>
  readonly billingProject: string
  /** Per call, milliseconds; 30,000 when absent. */
  readonly timeoutMs?: number
  /** The global `fetch` when absent. */
  readonly fetch?: typeof fetch
}

export type Call = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  /** JSON text. */
  readonly body?: string
  readonly nature: Nature
}

type Answer = { readonly status: number; readonly text: string }

/** Makes a call and gives status and text of a successful answer. */
export type Http = (call: Call) => TaskEither<BatchClientError, Answer>

const placeOf = (call: Call): string => `${call.method} ${call.path}`

const urlOf = (baseUrl: string, call: Call): string => {
  const query = Object.entries(call.query ?? {}).flatMap(([key, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(key)}=${encodeURIComponent(value)}`],
  )
  return `${baseUrl.replace(/\/+$/, '')}${call.path}${query.length === 0 ? '' : `?${query.join('&')}`}`
}

/** Calls over the injected `fetch`, with bearer token and timeout. Redirects are not followed: they'd carry the token. */
export const makeHttp =
  (options: BatchClientOptions): Http =>
  (call) =>
  async () => {
    const place = placeOf(call)
    let token: string
    try {
      token = await options.token()
    } catch {
      return E.left(noToken(place))
    }
    try {
      const response = await (options.fetch ?? fetch)(urlOf(options.baseUrl, call), {
        method: call.method,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(call.body === undefined ? {} : { body: call.body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(options.timeoutMs ?? 30_000),
      })
      const text = await response.text()
      return response.ok
        ? E.right({ status: response.status, text })
        : E.left(notOk(place, call.nature, response.status, text))
    } catch (cause) {
      return E.left(noAnswer(place, call.nature, cause))
    }
  }

/** Makes a call and decodes the JSON of its answer. */
export const callJson =
  <A>(http: Http, call: Call, decoder: t.Decoder<unknown, A>): TaskEither<BatchClientError, A> =>
  async () => {
    const answer = await http(call)()
    if (E.isLeft(answer)) return answer
    const { status, text } = answer.right
    let json: unknown
    try {
      json = JSON.parse(text)
    } catch {
      return E.left(notUnderstood(placeOf(call), call.nature, status, 'it is not JSON'))
    }
    const decoded = decoder.decode(json)
    return E.isRight(decoded)
      ? decoded
      : E.left(
          notUnderstood(
            placeOf(call),
            call.nature,
            status,
            explainErrors('The answer', decoded.left).sentence,
          ),
        )
  }
