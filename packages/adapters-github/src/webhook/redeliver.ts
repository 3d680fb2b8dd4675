import type { Failure } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient } from '../client.js'
import { transient } from '../failure.js'
import { placeOf } from '../place.js'
import { ownerAndName } from '../repositoryName.js'

const Hooks = t.array(t.type({ id: t.number, config: t.partial({ url: t.string }) }))
const Deliveries = t.array(t.type({ id: t.number, guid: t.string, status_code: t.number }))

const wasTaken = ({ status_code: status }: { readonly status_code: number }): boolean =>
  status >= 200 && status < 300

/** The newest attempt of each delivery of which none was taken, oldest first. */
const missedIn = (deliveries: t.TypeOf<typeof Deliveries>): ReadonlyArray<number> => {
  const taken = new Set(deliveries.filter(wasTaken).map((delivery) => delivery.guid))
  const newest = new Map<string, number>()
  for (const { guid, id } of deliveries)
    if (!taken.has(guid)) newest.set(guid, Math.max(id, newest.get(guid) ?? 0))
  return [...newest.values()].sort((a, b) => a - b)
}

/**
 * Asks for the deliveries that nobody took while the service was away, among the last hundred of the repository's
 * webhook at `url`. What they hint at is read at every start anyway; but comments are said only once. Gives how many were
 * asked for. Needs the permission "webhooks: write"; the webhook of an App is not looked at.
 */
export const redeliverMissed = async (
  client: GithubClient,
  repository: string,
  url: string,
): Promise<E.Either<Failure, number>> => {
  const { owner, name: repo } = ownerAndName({ repository })
  const list = async <A>(codec: t.Type<A, unknown>, path: string, parameters: object) => {
    const listed = await client.rest({
      ...{ access: 'read', route: `GET /repos/{owner}/{repo}/hooks${path}` },
      parameters: { owner, repo, per_page: 100, ...parameters },
    })
    if (E.isLeft(listed)) return listed
    return E.mapLeft((errors: t.Errors) =>
      transient('UnexpectedAnswer', `GitHub's answer has an unexpected ${placeOf(errors)}.`),
    )(codec.decode(listed.right))
  }
  const hooks = await list(Hooks, '', {})
  if (E.isLeft(hooks)) return hooks
  let asked = 0
  for (const { id: hook_id } of hooks.right.filter((hook) => hook.config.url === url)) {
    const deliveries = await list(Deliveries, '/{hook_id}/deliveries', { hook_id })
    if (E.isLeft(deliveries)) return deliveries
    for (const delivery_id of missedIn(deliveries.right)) {
      const again = await client.rest({
        access: 'write',
        route: 'POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts',
        parameters: { owner, repo, hook_id, delivery_id },
      })
      if (E.isLeft(again)) return again
      asked += 1
    }
  }
  return E.right(asked)
}
