/** The few calls to GitHub's REST API that seeding needs. Never rejects. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

export interface Forge {
  /** Root of REST and git, without a trailing slash. */
  readonly url: string
  readonly tokenFor: (login: string) => string
}

/** What the forge answered instead of a success. */
export interface ForgeRefusal {
  readonly status: number
  readonly text: string
}

export interface ForgeCall<A> {
  readonly as: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly answer: t.Decoder<unknown, A>
}

const Message = t.intersection([
  t.type({ message: t.string }),
  t.partial({ errors: t.array(t.partial({ message: t.string })) }),
])

const refusalText = (body: unknown): string => {
  const decoded = Message.decode(body)
  if (E.isLeft(decoded)) return 'no reason given'
  const details = (decoded.right.errors ?? []).flatMap((error) =>
    error.message === undefined ? [] : [error.message],
  )
  return details.length === 0 ? decoded.right.message : details.join('; ')
}

const parsed = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Calls the forge as a user. */
export const ask = async <A>(forge: Forge, call: ForgeCall<A>): Promise<E.Either<ForgeRefusal, A>> => {
  try {
    const response = await fetch(`${forge.url}${call.path}`, {
      method: call.method,
      headers: { authorization: `token ${forge.tokenFor(call.as)}`, 'content-type': 'application/json' },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
    })
    const body = parsed(await response.text())
    if (!response.ok) return E.left({ status: response.status, text: refusalText(body) })
    const answer = call.answer.decode(body)
    return E.isRight(answer)
      ? answer
      : E.left({ status: response.status, text: 'the answer was not understood' })
  } catch (cause) {
    return E.left({ status: 0, text: cause instanceof Error ? cause.message : String(cause) })
  }
}
