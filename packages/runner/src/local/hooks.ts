/** The webhook from the local GitHub to the service. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { ask, type Forge, type ForgeRefusal } from './forge.js'

const EVENTS = [
  'pull_request',
  'pull_request_review',
  'push',
  'status',
  'check_run',
  'check_suite',
  'issue_comment',
]

const Hook = t.type({ id: t.number, config: t.partial({ url: t.string }) })

const hooksPath = (repository: string): string => `/repos/${repository}/hooks`
const ownerOf = (repository: string): string => repository.split('/')[0] ?? ''

/** Sees to it that exactly one webhook goes to `url`; those of earlier starts on other ports are removed. Gives its id. */
export const ensureHook = async (
  forge: Forge,
  repository: string,
  url: string,
  secret: string,
): Promise<E.Either<ForgeRefusal, number>> => {
  const as = ownerOf(repository)
  const path = hooksPath(repository)
  const listed = await ask(forge, { as, method: 'GET', path, answer: t.array(Hook) })
  if (E.isLeft(listed)) return listed
  const mine = listed.right.find((hook) => hook.config.url === url)
  for (const hook of listed.right.filter((h) => h !== mine)) {
    const removed = await ask(forge, { as, method: 'DELETE', path: `${path}/${hook.id}`, answer: t.unknown })
    if (E.isLeft(removed)) return removed
  }
  if (mine !== undefined) return E.right(mine.id)
  const body = { name: 'web', active: true, events: EVENTS, config: { url, content_type: 'json', secret } }
  return E.map((hook: t.TypeOf<typeof Hook>) => hook.id)(
    await ask(forge, { as, method: 'POST', path, body, answer: Hook }),
  )
}

const Delivery = t.type({ status: t.string })

/** Has every delivery so far been made, or given up? */
export const isDelivered = async (forge: Forge, repository: string, hook: number): Promise<boolean> => {
  const path = `${hooksPath(repository)}/${hook}/deliveries?per_page=100`
  const listed = await ask(forge, { as: ownerOf(repository), method: 'GET', path, answer: t.array(Delivery) })
  return E.isRight(listed) && listed.right.every((delivery) => delivery.status !== 'pending')
}
