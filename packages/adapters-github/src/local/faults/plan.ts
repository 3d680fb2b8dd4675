import * as t from 'io-ts'

/** Which requests or deliveries a rule is about. Left-out fields match everything; texts are sought inside. */
const About = t.partial({
  /** `api`: REST and GraphQL. `git`: clone, fetch and push. `hook`: a delivery of a webhook. */
  on: t.union([t.literal('api'), t.literal('git'), t.literal('hook')]),
  method: t.string,
  path: t.string,
  /** Part of the request's body: the name of a GraphQL mutation, a branch, a SHA. */
  body: t.string,
  /** The event of a webhook. */
  event: t.string,
})

const Moment = t.union([t.literal('before'), t.literal('after')])

const Latency = t.type({ _tag: t.literal('Latency'), minMs: t.number, maxMs: t.number })
/** An answer 5xx, `before` the request has had an effect, or `after`. */
const ServerError = t.type({ _tag: t.literal('ServerError'), status: t.number, effect: Moment })
/** The connection breaks without an answer. */
const Cut = t.type({ _tag: t.literal('Cut'), effect: Moment })
/** Once it strikes, everything the rule is about is refused for `seconds`. */
const RateLimit = t.type({
  _tag: t.literal('RateLimit'),
  limit: t.union([t.literal('primary'), t.literal('secondary')]),
  status: t.union([t.literal(403), t.literal(429)]),
  seconds: t.number,
})
/** A read is answered as the same question was before, if that is at most `maxAgeMs` ago. */
const Stale = t.type({ _tag: t.literal('Stale'), maxAgeMs: t.number })
const Lost = t.type({ _tag: t.literal('Lost') })
const Doubled = t.type({ _tag: t.literal('Doubled') })
/** Others overtake it meanwhile. */
const Delayed = t.type({ _tag: t.literal('Delayed'), ms: t.number })
/** Somebody pushes by force, past every rule, just before the request is served. `to`: a SHA or a branch. */
const ForcePush = t.type({
  _tag: t.literal('ForcePush'),
  repository: t.string,
  branch: t.string,
  to: t.string,
})
/** An administrator changes a branch's rules, just before the request is served: GitHub's body, or null for none. */
const Protect = t.type({
  _tag: t.literal('Protect'),
  repository: t.string,
  branch: t.string,
  rules: t.unknown,
})

const Fault = t.union([
  Latency,
  ServerError,
  Cut,
  RateLimit,
  Stale,
  Lost,
  Doubled,
  Delayed,
  ForcePush,
  Protect,
])

const Rule = t.intersection([
  t.type({ fault: Fault }),
  t.partial({
    about: About,
    /** How likely it strikes, from 0 to 1; 1 when left out. */
    chance: t.number,
    /** Lets that many pass first. */
    skip: t.number,
    /** Strikes at most that often. */
    times: t.number,
  }),
])

/** The codec of a fault plan, as `POST /_faults` takes it. */
export const FaultPlan = t.intersection([t.type({ rules: t.array(Rule) }), t.partial({ seed: t.number })])

export type Fault = t.TypeOf<typeof Fault>
export type FaultRule = t.TypeOf<typeof Rule>

/**
 * What shall go wrong. Rules are asked in order, and of each kind of fault the first that strikes counts. Chance is
 * drawn from `seed` (0 when left out), once for each match, so the same requests in the same order meet the same
 * faults.
 */
export type FaultPlan = t.TypeOf<typeof FaultPlan>
