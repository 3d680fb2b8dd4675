/** GitHub's own JavaScript client, whole: REST methods, pages, GraphQL; and git. */
import { Octokit } from 'octokit'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalGithub } from '../../../src/local/index.js'
import { git, gitTried, seeded, started, temporary } from '../support.js'

const world = await temporary()
let github: LocalGithub
let app: Awaited<ReturnType<typeof seeded>>
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
  app = await seeded(github, world.dir)
})
afterAll(async () => {
  await github.close()
  await world.remove()
})

const octokit = (login: string) =>
  new Octokit({ baseUrl: github.url, auth: github.tokenFor(login), throttle: { enabled: false } })

test('octokit: named methods, pages by Link and by cursor', async () => {
  const bob = octokit('bob')
  for (const name of ['one', 'two', 'three']) {
    await app.branch(name, { [`${name}.txt`]: 'x\n' })
    await bob.rest.pulls.create({ ...app.at, title: name, head: name, base: 'main' })
  }
  const listed = await bob.paginate(bob.rest.pulls.list, { ...app.at, per_page: 1 })
  expect(listed.map((pull) => pull.title)).toEqual(['three', 'two', 'one'])
  const query = `query ($cursor: String) { repository(owner: "ada", name: "app") {
    pullRequests(first: 2, after: $cursor) { nodes { title } pageInfo { hasNextPage endCursor } } } }`
  const paged = await bob.graphql.paginate<{ repository: { pullRequests: { nodes: unknown } } }>(query)
  expect(paged.repository.pullRequests.nodes).toEqual([
    { title: 'one' },
    { title: 'two' },
    { title: 'three' },
  ])
  await octokit('carol').rest.pulls.createReview({ ...app.at, pull_number: 1, event: 'APPROVE' })
  const merged = await octokit('ada').rest.pulls.merge({ ...app.at, pull_number: 1, merge_method: 'squash' })
  expect(merged.data.merged).toBe(true)
  await expect(bob.rest.pulls.get({ ...app.at, pull_number: 99 })).rejects.toMatchObject({ status: 404 })
})

test('git: clone, shallow and partial clone, fetch, push, and a push that is no fast-forward', async () => {
  const url = new URL(`${github.url}/ada/app.git`)
  await git(world.dir, 'clone', '--quiet', url.href, 'plain')
  await git(world.dir, 'clone', '--quiet', '--depth=1', url.href, 'shallow')
  await git(world.dir, 'clone', '--quiet', '--filter=blob:none', url.href, 'partial')
  const head = await git(join(world.dir, 'plain'), 'rev-parse', 'HEAD')
  expect(await git(join(world.dir, 'shallow'), 'rev-list', '--count', 'HEAD')).toBe('1')
  expect(await git(join(world.dir, 'partial'), 'rev-parse', 'HEAD')).toBe(head)
  await git(join(world.dir, 'plain'), 'fetch', '--quiet', 'origin', 'refs/pull/2/head')
  expect((await gitTried(join(world.dir, 'plain'), 'push', 'origin', 'HEAD:refs/heads/x')).code).not.toBe(0)
  await git(app.work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/x')
  const refused = await gitTried(app.work, 'push', 'origin', `${app.base}:refs/heads/x`)
  expect(refused.said).toContain('non-fast-forward')
})
