import * as E from 'fp-ts/lib/Either.js'
import type { Context } from 'hono'
import type * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import type { Refusal } from '../store/refusal.js'

/** A refusal as Hail Batch words it: status and one sentence as text. */
export const refusalText = (context: Context, refusal: Refusal): Response =>
  context.text(`${refusal.status}: ${refusal.sentence}`, refusal.status)

/** Answers with `show` of the success, or with the refusal. */
export const reply = <A>(
  context: Context,
  answer: E.Either<Refusal, A>,
  show: (value: A) => Response | Promise<Response>,
): Response | Promise<Response> => (E.isLeft(answer) ? refusalText(context, answer.left) : show(answer.right))

/** The request's JSON body, decoded; a refusal names the first thing that is wrong. */
export const bodyOf = async <A>(
  context: Context,
  decoder: t.Decoder<unknown, A>,
): Promise<E.Either<Refusal, A>> => {
  let body: unknown
  try {
    body = await context.req.json()
  } catch {
    return E.left({ status: 400, sentence: 'the body is not JSON' })
  }
  const decoded = decoder.decode(body)
  if (E.isRight(decoded)) return decoded
  return E.left({
    status: 400,
    sentence: (PathReporter.report(decoded)[0] ?? 'the body is not valid').slice(0, 500),
  })
}

/** A path or query parameter that must be a natural number; NaN (which no row has) when it is not. */
export const numberOf = (text: string | undefined): number =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
