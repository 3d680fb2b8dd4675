import { setTimeout as pause } from 'node:timers/promises'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { explainErrors } from '@headgate/core'
import type { TokenSource } from './credentials.js'
import { noAnswer, noToken, notOk, notUnderstood, type BatchClientError, type Nature } from './error.js'

export type BatchClientOptions = {
  /** Where the Batch front end is, e.g. `https://batch.hail.is`. */
  readonly baseUrl: string
  /** Gives the bearer token of each call, so that it may be renewed; asked once more when the service refuses it. */
  readonly token: TokenSource
  readonly billingProject: string
  /** Per call, milliseconds; 30,000 when absent. */
  readonly timeoutMs?: number
  /** How often a call is made again after an error by which nothing was done; never when absent. */
  readonly retries?: number
  /** Before the first retry, doubled for each further one, ms; 250 when absent. */
  readonly retryAfterMs?: number
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

/** Redirects are not followed: they would carry the token. */
const send = async (
  options: BatchClientOptions,
  call: Call,
  token: string,
): Promise<E.Either<BatchClientError, Answer>> => {
  const place = placeOf(call)
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

/** Undefined when there is none to be had. */
const tokenOf = (options: BatchClientOptions, rejected?: string): Promise<string | undefined> =>
  options.token(rejected).catch(() => undefined)

/** A refused token was refused before anything was done, so any call may be made again with a newer one. */
const authorized = async (
  options: BatchClientOptions,
  call: Call,
): Promise<E.Either<BatchClientError, Answer>> => {
  const token = await tokenOf(options)
  if (token === undefined) return E.left(noToken(placeOf(call)))
  const answer = await send(options, call, token)
  if (E.isRight(answer) || answer.left.status !== 401) return answer
  const renewed = await tokenOf(options, token)
  return renewed === undefined || renewed === token ? answer : send(options, call, renewed)
}

/** Calls over the injected `fetch`, with bearer token and timeout, and again where that is safe and asked for. */
export const makeHttp =
  (options: BatchClientOptions): Http =>
  (call) =>
  async () => {
    for (let tries = 0; ; tries++) {
      const answer = await authorized(options, call)
      const isSafe = E.isLeft(answer) && answer.left.kind === 'transient'
      if (!isSafe || tries >= (options.retries ?? 0)) return answer
      await pause((options.retryAfterMs ?? 250) * 2 ** tries)
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
