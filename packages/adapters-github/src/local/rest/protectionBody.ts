import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Protection } from '../forge/protection.js'

const orNull = <A>(codec: t.Type<A, unknown>) => t.union([codec, t.null])
const Names = t.array(t.string)
const Allowances = t.partial({ users: Names, teams: Names, apps: Names })

/** The body of `PUT protection`. As at GitHub the four main keys must be there, if only as null. */
export const ProtectionBody = t.intersection([
  t.type({
    required_status_checks: orNull(
      t.intersection([
        t.type({ strict: t.boolean }),
        t.partial({
          contexts: Names,
          checks: t.array(
            t.intersection([t.type({ context: t.string }), t.partial({ app_id: orNull(t.number) })]),
          ),
        }),
      ]),
    ),
    enforce_admins: orNull(t.boolean),
    required_pull_request_reviews: orNull(
      t.partial({
        dismiss_stale_reviews: t.boolean,
        required_approving_review_count: t.number,
        bypass_pull_request_allowances: Allowances,
      }),
    ),
    restrictions: orNull(t.partial({ users: Names, teams: Names, apps: Names })),
  }),
  t.partial({
    required_linear_history: t.boolean,
    allow_force_pushes: orNull(t.boolean),
    allow_deletions: t.boolean,
  }),
])

/** The rules that a body asks for. */
export const rulesOf = (body: t.TypeOf<typeof ProtectionBody>): Protection => {
  const checks = body.required_status_checks
  const reviews = body.required_pull_request_reviews
  const named = (checks?.contexts ?? []).map((context) => ({ context, appId: null }))
  // GitHub's -1 means "any app", like leaving it out.
  const byApp = (checks?.checks ?? []).map((c) => ({
    context: c.context,
    appId: c.app_id === undefined || c.app_id === null || c.app_id < 0 ? null : c.app_id,
  }))
  return {
    checks: checks === null ? null : { strict: checks.strict, required: [...named, ...byApp] },
    reviews:
      reviews === null
        ? null
        : {
            count: reviews.required_approving_review_count ?? 1,
            dismissStale: reviews.dismiss_stale_reviews ?? false,
            bypassUsers: reviews.bypass_pull_request_allowances?.users ?? [],
            bypassApps: reviews.bypass_pull_request_allowances?.apps ?? [],
          },
    enforceAdmins: body.enforce_admins ?? false,
    restrictions:
      body.restrictions === null
        ? null
        : { users: body.restrictions.users ?? [], apps: body.restrictions.apps ?? [] },
    linearHistory: body.required_linear_history ?? false,
    allowForcePushes: body.allow_force_pushes ?? false,
    allowDeletions: body.allow_deletions ?? false,
  }
}

/** The rules of a body that may be anything. */
export const protectionFrom = (body: unknown): E.Either<t.Errors, Protection> =>
  E.map(rulesOf)(ProtectionBody.decode(body))
