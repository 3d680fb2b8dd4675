import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { addressesOf, type Address } from './address.js'
import { decodeHook, type DecodeFailure } from './decode.js'
import type { Hook } from './hook.js'
import { verifySignature } from './verify.js'

/** The headers of a request, looked up in any case: the standard `Headers` fits. */
export interface HeaderLookup {
  readonly get: (name: string) => string | null
}

/** Why a delivery is turned away, and with which HTTP status. */
export interface ReceiveFailure {
  readonly httpStatus: 400 | 401 | 413
  readonly code: DecodeFailure['code'] | 'BodyTooLarge' | 'SignatureRefused' | 'BodyNotJson'
  readonly sentence: string
  readonly place: string
  readonly remedy: string
}

/** A delivery that was let in. */
export interface Received {
  /** GitHub's id of the delivery, for the log. */
  readonly delivery: O.Option<string>
  readonly hook: Hook
  readonly addresses: ReadonlyArray<Address>
}

const tooLarge = (size: number, maxBytes: number): ReceiveFailure => ({
  httpStatus: 413,
  code: 'BodyTooLarge',
  sentence: `The delivery has ${size} bytes; at most ${maxBytes} are read.`,
  place: 'the body',
  remedy: 'GitHub sends at most 25 MB; raise the limit if this came from GitHub.',
})

const unsigned: ReceiveFailure = {
  httpStatus: 401,
  code: 'SignatureRefused',
  sentence: 'The signature of the delivery fits none of the webhook secrets.',
  place: 'X-Hub-Signature-256',
  remedy: "Give the repository's webhook and this service the same secret.",
}

const notJson: ReceiveFailure = {
  httpStatus: 400,
  code: 'BodyNotJson',
  sentence: 'The body of the delivery is not JSON.',
  place: 'the body',
  remedy: "Set the webhook's content type to application/json.",
}

const parseJson = (body: Uint8Array): E.Either<ReceiveFailure, unknown> =>
  E.tryCatch(
    () => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown,
    () => notJson,
  )

/**
 * From bytes to addresses: size, then signature, then content, so that a stranger's bytes are never parsed. Secrets are
 * tried in turn (rotation); without any secret everything is refused. `maxBytes` bounds the body.
 */
export const receiveHook = (
  headers: HeaderLookup,
  body: Uint8Array,
  secrets: ReadonlyArray<string>,
  maxBytes: number,
): E.Either<ReceiveFailure, Received> => {
  if (body.byteLength > maxBytes) return E.left(tooLarge(body.byteLength, maxBytes))
  if (!verifySignature(secrets, body, headers.get('x-hub-signature-256'))) return E.left(unsigned)
  return pipe(
    parseJson(body),
    E.chain((payload) =>
      pipe(
        decodeHook(headers.get('x-github-event'), payload),
        E.mapLeft((failure): ReceiveFailure => ({ httpStatus: 400, ...failure })),
      ),
    ),
    E.map((hook) => ({
      delivery: O.fromNullable(headers.get('x-github-delivery')),
      hook,
      addresses: addressesOf(hook),
    })),
  )
}
