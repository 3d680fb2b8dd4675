/** Answers that every route gives the same way. */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** An error in one line of JSON: what, where, what to do. */
export interface HttpError {
  readonly code: string
  readonly sentence: string
  readonly place: string
  readonly remedy: string
}

export const errorReply = (c: Context, status: ContentfulStatusCode, error: HttpError): Response =>
  c.json({ error }, status)

export const notFoundReply = (c: Context, what: string): Response =>
  errorReply(c, 404, {
    code: 'not-found',
    sentence: `${what} is not here.`,
    place: c.req.path,
    remedy: 'See / for the watched branches.',
  })

export const tooLargeReply = (c: Context, maxBytes: number): Response =>
  errorReply(c, 413, {
    code: 'body-too-large',
    sentence: `The body has more than ${maxBytes} bytes.`,
    place: c.req.path,
    remedy: 'Send less.',
  })
