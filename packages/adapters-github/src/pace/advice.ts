/** What GitHub's answer says about asking again. Source: "Rate limits for the REST API" in GitHub's documentation. */

/** An answer, as far as limits are concerned; header names in lower case. */
export interface Answered {
  readonly status: number
  readonly header: (name: string) => string | null
}

/** Nothing to heed, or not before `until` (epoch milliseconds); `unsaid` when GitHub named no time. */
export type Advice =
  | { readonly _tag: 'GoOn' }
  | { readonly _tag: 'Wait'; readonly until: number }
  | { readonly _tag: 'WaitUnsaid' }

const GO_ON: Advice = { _tag: 'GoOn' }

const numberIn = ({ header }: Answered, name: string): number | undefined => {
  const text = header(name)
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : undefined
}

const resetOf = (answered: Answered): number | undefined => {
  const seconds = numberIn(answered, 'x-ratelimit-reset')
  return seconds === undefined ? undefined : seconds * 1000
}

/**
 * `Retry-After` first; else the reset of an exhausted allowance; else, for a refusal that speaks of a limit, a pause
 * that GitHub leaves to us. An exhausted allowance is heeded before the first refusal, too. `limited`: the body speaks of
 * a limit (GraphQL says so in an answer of status 200).
 */
export const adviceOf = (answered: Answered, limited: boolean, now: number): Advice => {
  const refused = limited || answered.status === 429
  const seconds = numberIn(answered, 'retry-after')
  if (seconds !== undefined && (refused || answered.status === 403 || answered.status === 503))
    return { _tag: 'Wait', until: now + seconds * 1000 }
  const reset = resetOf(answered)
  if (numberIn(answered, 'x-ratelimit-remaining') === 0 && reset !== undefined && reset > now)
    return { _tag: 'Wait', until: reset }
  return refused ? { _tag: 'WaitUnsaid' } : GO_ON
}
