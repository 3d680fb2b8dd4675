import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalGithub } from '../../src/local/index.js'
import { commit, git, gql, PROTECTION, rest, seeded, started, temporary } from './support.js'

const world = await temporary()
let github: LocalGithub
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
})
afterAll(async () => {
  await github.close()
  await world.remove()
})

test('a pull request from a fork is cross-repository, mergeable, and follows its branch', async () => {
  const { at, work, base } = await seeded(github, world.dir, 'forked')
  await rest(github, 'eve').request('POST /repos/{owner}/{repo}/forks', at)
  const url = new URL(`${github.url}/eve/forked.git`)
  url.username = 'eve'
  url.password = github.tokenFor('eve')
  const push = async (text: string) => {
    await git(work, 'checkout', '--quiet', '-B', 'patch', base)
    const sha = await commit(work, { 'a.txt': text }, 'patch')
    await git(work, 'push', '--quiet', '--force', url.href, 'patch')
    return sha
  }
  await push('two\n')
  const opened = await rest(github, 'eve').request('POST /repos/{owner}/{repo}/pulls', {
    ...at,
    title: 'Patch',
    head: 'eve:patch',
    base: 'main',
  })
  const head = await push('three\n')
  const query = `query ($number: Int!) { repository(owner: "ada", name: "forked") { pullRequest(number: $number) {
    isCrossRepository headRefOid mergeable headRepository { nameWithOwner } } } }`
  expect(await gql(github)(query, { number: opened.data.number })).toEqual({
    repository: {
      pullRequest: {
        isCrossRepository: true,
        headRefOid: head,
        mergeable: 'MERGEABLE',
        headRepository: { nameWithOwner: 'eve/forked' },
      },
    },
  })
  await rest(github).request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    ...at,
    pull_number: opened.data.number,
  })
  await git(work, 'fetch', '--quiet', 'origin', 'main')
  expect(await git(work, 'show', 'FETCH_HEAD:a.txt')).toBe('three')
})

test('labels, comments, stale reviews and paging with cursors that survive a merge', async () => {
  const { at, pull, branch } = await seeded(github, world.dir, 'paging')
  await rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...at,
    branch: 'main',
    ...PROTECTION,
    required_status_checks: null,
    required_pull_request_reviews: { required_approving_review_count: 1, dismiss_stale_reviews: true },
  })
  const pulls = []
  for (const name of ['p1', 'p2', 'p3']) pulls.push(await pull(name, { [`${name}.txt`]: name }))
  const [p1, p2] = pulls.map((p) => ({ ...at, pull_number: p.number, issue_number: p.number }))
  if (p1 === undefined || p2 === undefined) throw new Error('no pulls')
  const bot = rest(github)
  await bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
    ...p1,
    labels: ['prio:high', 'WIP'],
  })
  await bot.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
    ...p1,
    name: 'wip',
  })
  const said = await bot.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
    ...p1,
    body: 'Queued.',
  })
  await bot.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
    ...at,
    comment_id: said.data.id,
    body: 'Landed.',
  })
  await rest(github, 'carol').request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    ...p2,
    event: 'APPROVE',
  })

  const query = `query ($after: String) { repository(owner: "ada", name: "paging") {
    pullRequests(first: 2, after: $after, states: [OPEN], baseRefName: "main", orderBy: {field: CREATED_AT, direction: ASC}) {
      totalCount pageInfo { hasNextPage endCursor } nodes { number reviewDecision labels(first: 5) { nodes { name } } comments(first: 5) { nodes { body } } } } } }`
  type Page = {
    repository: {
      pullRequests: {
        totalCount: number
        pageInfo: { hasNextPage: boolean; endCursor: string }
        nodes: ReadonlyArray<unknown>
      }
    }
  }
  const first = (await gql(github)<Page>(query)).repository.pullRequests
  expect(first).toMatchObject({
    totalCount: 3,
    pageInfo: { hasNextPage: true },
    nodes: [
      {
        number: p1.pull_number,
        reviewDecision: 'REVIEW_REQUIRED',
        labels: { nodes: [{ name: 'prio:high' }] },
        comments: { nodes: [{ body: 'Landed.' }] },
      },
      { number: p2.pull_number, reviewDecision: 'APPROVED' },
    ],
  })
  await branch('p2', { 'p2.txt': 'again' })
  await rest(github, 'ada').request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...p2,
    state: 'closed',
  })
  const second = (await gql(github)<Page>(query, { after: first.pageInfo.endCursor })).repository.pullRequests
  expect(second).toMatchObject({
    totalCount: 2,
    pageInfo: { hasNextPage: false },
    nodes: [{ number: pulls[2]?.number }],
  })
  const reviews = await bot.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', p2)
  expect(reviews.data.map((r) => r.state)).toEqual(['DISMISSED'])
})
