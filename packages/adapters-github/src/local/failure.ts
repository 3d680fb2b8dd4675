/** Why the local GitHub could not start or import: one line for a person, with the place and the way out. */
export type LocalGithubError = {
  readonly code:
    'port_in_use' | 'state_version' | 'state_in_use' | 'state_unusable' | 'import_refused' | 'listen_failed'
  readonly sentence: string
  readonly place: string
  readonly remedy: string
}

/** One entry of the `errors` list in a GitHub 422 body. */
export type FieldError = {
  readonly resource: string
  readonly field?: string
  readonly code: string
  readonly message?: string
}

/** What GitHub answers instead of doing something: an HTTP status, a GraphQL error type and its sentence. */
export type Refusal = {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 422
  readonly type: 'NOT_FOUND' | 'FORBIDDEN' | 'UNPROCESSABLE' | 'STALE_DATA' | 'UNAUTHORIZED' | 'BAD_REQUEST'
  readonly message: string
  readonly errors?: ReadonlyArray<FieldError>
}

/** The thing asked for does not exist (or may not be seen). */
export const notFound = (message = 'Not Found'): Refusal => ({ status: 404, type: 'NOT_FOUND', message })

/** The request is understood and refused (HTTP 422). */
export const unprocessable = (message: string, errors?: ReadonlyArray<FieldError>): Refusal => ({
  status: 422,
  type: 'UNPROCESSABLE',
  message,
  ...(errors === undefined ? {} : { errors }),
})

/** GitHub's `Validation Failed` with one entry. */
export const validationFailed = (error: FieldError): Refusal => unprocessable('Validation Failed', [error])

/** The token is good but not good enough. */
export const forbidden = (message: string): Refusal => ({ status: 403, type: 'FORBIDDEN', message })

/** The caller's picture of the repository is out of date (HTTP 409). */
export const stale = (message: string): Refusal => ({ status: 409, type: 'STALE_DATA', message })

/** The state of the pull request does not allow this (HTTP 405). */
export const notAllowed = (message: string): Refusal => ({ status: 405, type: 'UNPROCESSABLE', message })
