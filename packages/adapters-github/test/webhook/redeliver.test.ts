import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeGithubClient } from '../../src/client.js'
import type { LocalGithub } from '../../src/local/index.js'
import { redeliverMissed } from '../../src/webhook/redeliver.js'
import { eventually, receiver, rest, seeded, started, temporary } from '../local/support.js'

let github: LocalGithub
let place: Awaited<ReturnType<typeof temporary>>
beforeAll(async () => {
  place = await temporary()
  github = await started({ dir: `${place.dir}/github` })
})
afterAll(async () => {
  await github.close()
  await place.remove()
})

test('what was missed is asked for once and comes; what was taken does not come again', async () => {
  const seed = await seeded(github, place.dir, 'missed')
  let away = false
  const hook = await receiver('s', () => (away ? 503 : 202))
  const api = rest(github, 'ada')
  const config = { url: hook.url, content_type: 'json', secret: 's' }
  await api.request('POST /repos/{owner}/{repo}/hooks', { ...seed.at, events: ['issue_comment'], config })
  const pull = await seed.pull('talk', { 'x.txt': 'x\n' })
  const say = (body: string) =>
    api.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...{ ...seed.at, issue_number: pull.number, body },
    })
  const client = makeGithubClient({
    baseUrl: github.url,
    token: () => Promise.resolve(github.tokenFor('ada')),
  })
  const repository = 'ada/missed'
  await say('heard')
  await eventually(() => hook.got.some((one) => one.event === 'issue_comment'))
  await eventually(async () => E.isRight(await redeliverMissed(client, repository, hook.url)))
  expect(await redeliverMissed(client, repository, hook.url)).toEqual(E.right(0))
  away = true
  await say('missed')
  await eventually(async () => {
    const { data } = await api.request('GET /repos/{owner}/{repo}/hooks', seed.at)
    const hookId = data[0]?.id ?? 0
    const deliveries = await api.request('GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries', {
      ...{ ...seed.at, hook_id: hookId },
    })
    return deliveries.data.some((one) => one.status_code === 503)
  })
  away = false
  expect(await redeliverMissed(client, repository, 'http://elsewhere.example.org/hook')).toEqual(E.right(0))
  expect(await redeliverMissed(client, repository, hook.url)).toEqual(E.right(1))
  const bodies = () =>
    hook.got
      .filter((one) => one.event === 'issue_comment')
      .map((one) => (one.body['comment'] as { readonly body: string }).body)
  await eventually(() => bodies().includes('missed'))
  expect(bodies()).toEqual(['heard', 'missed'])
})

test('without the permission it is a failure in words', async () => {
  const client = makeGithubClient({ baseUrl: github.url, token: () => Promise.resolve('wrong') })
  expect(await redeliverMissed(client, 'ada/missed', 'http://x')).toMatchObject(
    E.left({ kind: 'permanent', code: 'BadCredentials' }),
  )
})
