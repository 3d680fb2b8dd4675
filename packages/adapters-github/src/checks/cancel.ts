import type { Failure } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient } from '../client.js'
import { placeOf } from '../place.js'
import { transient } from '../failure.js'

const Workflows = t.type({
  workflow_runs: t.array(t.type({ id: t.number, status: t.union([t.string, t.null]) })),
})

/** Not ours to cancel: no permission, no such thing, over already. Their result counts for nothing any more. */
const isNoMatter = ({ code }: Failure): boolean =>
  ['Forbidden', 'NotFound', 'Http409', 'Http422'].includes(code)

/** Cancels the workflow runs of Actions that a push to this branch began. Checks of other apps run on, unheeded. */
export const cancelWorkflows = async (
  client: GithubClient,
  { owner, name }: { readonly owner: string; readonly name: string },
  branch: string,
): Promise<E.Either<Failure, undefined>> => {
  const here = { owner, repo: name }
  const listed = await client.rest({
    ...{ access: 'read', route: 'GET /repos/{owner}/{repo}/actions/runs' },
    parameters: { ...here, branch, per_page: 100 },
  })
  if (E.isLeft(listed)) return isNoMatter(listed.left) ? E.right(undefined) : listed
  const decoded = Workflows.decode(listed.right)
  if (E.isLeft(decoded))
    return E.left(
      transient('UnexpectedAnswer', `GitHub's answer has an unexpected ${placeOf(decoded.left)}.`),
    )
  for (const { id, status } of decoded.right.workflow_runs) {
    if (status === 'completed') continue
    const cancelled = await client.rest({
      ...{ access: 'write', route: 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel' },
      parameters: { ...here, run_id: id },
    })
    if (E.isLeft(cancelled) && !isNoMatter(cancelled.left)) return cancelled
  }
  return E.right(undefined)
}
