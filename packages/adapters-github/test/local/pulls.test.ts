import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalGithub } from '../../src/local/index.js'
import { git, gql, PROTECTION, rest, seeded, started, temporary } from './support.js'

const world = await temporary()
let github: LocalGithub
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
})
afterAll(async () => {
  await github.close()
  await world.remove()
})

const status = (sha: string, state: 'success' | 'failure' | 'pending', at: { owner: string; repo: string }) =>
  rest(github).request('POST /repos/{owner}/{repo}/statuses/{sha}', { ...at, sha, state, context: 'ci' })
const refusedWith = (code: number, message: RegExp) => ({
  status: code,
  message: expect.stringMatching(message) as string,
})

test('a pull request goes from push through review and check to a real merge commit', async () => {
  const { at, work, pull, base } = await seeded(github, world.dir, 'story')
  await rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...at,
    branch: 'main',
    ...PROTECTION,
  })
  const { number, head } = await pull('feature', { 'a.txt': 'two\n' })
  const query = `query ($owner: String!, $repo: String!, $number: Int!) { repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) { state reviewDecision mergeable mergeStateStatus headRefOid baseRefOid
      author { login __typename } mergeCommit { oid parents(first: 2) { nodes { oid } } }
      files(first: 10) { nodes { path additions deletions changeType } }
      latestReviews(first: 5) { nodes { state author { login } commit { oid } } }
      commits(last: 1) { nodes { commit { oid statusCheckRollup { state contexts(first: 10) { nodes { __typename
        ... on StatusContext { context state creator { login } isRequired(pullRequestNumber: $number) } } } } } } } } } }`
  const read = async () =>
    (await gql(github)<{ repository: { pullRequest: Record<string, unknown> } }>(query, { ...at, number }))
      .repository.pullRequest

  expect(await read()).toMatchObject({
    state: 'OPEN',
    reviewDecision: 'REVIEW_REQUIRED',
    mergeable: 'MERGEABLE',
    mergeStateStatus: 'BLOCKED',
    headRefOid: head,
    baseRefOid: base,
    author: { login: 'bob', __typename: 'User' },
    files: { nodes: [{ path: 'a.txt', additions: 1, deletions: 1, changeType: 'MODIFIED' }] },
    commits: { nodes: [{ commit: { oid: head, statusCheckRollup: null } }] },
  })
  const merge = () =>
    rest(github).request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...at,
      pull_number: number,
      sha: head,
    })
  await expect(merge()).rejects.toMatchObject(refusedWith(405, /At least 1 approving review is required/))

  const review = (login: string) =>
    rest(github, login).request('POST /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
      ...at,
      pull_number: number,
      event: 'APPROVE',
    })
  await expect(review('bob')).rejects.toMatchObject(refusedWith(422, /approve your own pull request/))
  expect((await review('carol')).data).toMatchObject({ state: 'APPROVED', commit_id: head })
  await expect(merge()).rejects.toMatchObject(refusedWith(405, /Required status check "ci" is expected/))
  await status(head, 'failure', at)
  await expect(merge()).rejects.toMatchObject(refusedWith(405, /Required status check "ci" is failing/))
  await status(head, 'success', at)
  expect(await read()).toMatchObject({
    reviewDecision: 'APPROVED',
    mergeStateStatus: 'CLEAN',
    latestReviews: { nodes: [{ state: 'APPROVED', author: { login: 'carol' }, commit: { oid: head } }] },
    commits: {
      nodes: [
        {
          commit: {
            statusCheckRollup: {
              state: 'SUCCESS',
              contexts: {
                nodes: [
                  {
                    __typename: 'StatusContext',
                    context: 'ci',
                    state: 'SUCCESS',
                    creator: { login: 'headgate' },
                    isRequired: true,
                  },
                ],
              },
            },
          },
        },
      ],
    },
  })

  const wrong = rest(github).request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
    ...at,
    pull_number: number,
    sha: base,
  })
  await expect(wrong).rejects.toMatchObject(refusedWith(409, /Head branch was modified/))
  const merged = (await merge()).data
  await git(work, 'fetch', '--quiet', 'origin', 'main')
  expect(await git(work, 'rev-parse', 'FETCH_HEAD')).toBe(merged.sha)
  expect(await git(work, 'show', '--no-patch', '--format=%P', merged.sha)).toBe(`${base} ${head}`)
  expect(await git(work, 'show', `${merged.sha}:a.txt`)).toBe('two')
  expect(await read()).toMatchObject({
    state: 'MERGED',
    mergeCommit: { oid: merged.sha, parents: { nodes: [{ oid: base }, { oid: head }] } },
  })
  await expect(merge()).rejects.toMatchObject(refusedWith(405, /not mergeable/))
})

test('squash and rebase write the commits GitHub writes, and a conflict is 405 and CONFLICTING', async () => {
  const { at, work, pull, branch } = await seeded(github, world.dir, 'methods')
  const squashed = await pull('squash', { 'a.txt': 'two\n' })
  const rebased = await pull('rebase', { 'b.txt': 'two\n' })
  await branch('rebase', { 'c.txt': 'new\n' }, 'origin/rebase')
  const doomed = await pull('conflict', { 'a.txt': 'three\n' })
  const merge = (number: number, merge_method: 'squash' | 'rebase' | 'merge') =>
    rest(github).request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...at,
      pull_number: number,
      merge_method,
    })

  await merge(squashed.number, 'squash')
  await merge(rebased.number, 'rebase')
  await git(work, 'fetch', '--quiet', 'origin', 'main')
  expect((await git(work, 'log', '--format=%s', 'FETCH_HEAD')).split('\n')).toEqual([
    'change rebase',
    'change rebase',
    `Change squash (#${squashed.number})`,
    'start',
  ])
  expect(await git(work, 'ls-tree', '--name-only', 'FETCH_HEAD')).toBe('a.txt\nb.txt\nc.txt')

  const seen = await rest(github).request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...at,
    pull_number: doomed.number,
  })
  expect(seen.data).toMatchObject({ mergeable: false, mergeable_state: 'dirty', state: 'open' })
  await expect(merge(doomed.number, 'merge')).rejects.toMatchObject(refusedWith(405, /not mergeable/))
  const list = await rest(github).request('GET /repos/{owner}/{repo}/pulls', {
    ...at,
    state: 'all',
    per_page: 2,
  })
  expect(list.headers.link).toContain('rel="next"')
  expect(list.data.map((p) => [p.number, p.state])).toEqual([
    [doomed.number, 'open'],
    [rebased.number, 'closed'],
  ])
})

test('a landed head marks the pull request merged by the landing commit; a deleted branch closes it', async () => {
  const { at, work, pull, branch } = await seeded(github, world.dir, 'landing')
  const one = await pull('one', { 'a.txt': 'two\n' })
  const two = await pull('two', { 'b.txt': 'two\n' })
  const gone = await pull('gone', { 'd.txt': 'x\n' })
  await git(work, 'checkout', '--quiet', '--detach', 'origin/main')
  await git(work, 'merge', '--quiet', '--no-ff', '-m', 'land one', one.head)
  const first = await git(work, 'rev-parse', 'HEAD')
  await git(work, 'merge', '--quiet', '--no-ff', '-m', 'land two', two.head)
  const second = await git(work, 'rev-parse', 'HEAD')
  await git(work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/main')
  await git(work, 'push', '--quiet', 'origin', ':gone')
  const seen = async (pull_number: number) =>
    (await rest(github).request('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...at, pull_number })).data
  expect(await seen(one.number)).toMatchObject({
    merged: true,
    merge_commit_sha: first,
    merged_by: { login: 'ada' },
  })
  expect(await seen(two.number)).toMatchObject({ merged: true, merge_commit_sha: second })
  expect(await seen(gone.number)).toMatchObject({ merged: false, state: 'closed', head: { sha: gone.head } })

  // The head stays fetchable after its branch is gone, and reopening needs the branch back.
  await git(work, 'fetch', '--quiet', 'origin', `refs/pull/${gone.number}/head`)
  expect(await git(work, 'rev-parse', 'FETCH_HEAD')).toBe(gone.head)
  const reopen = () =>
    rest(github, 'bob').request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...at,
      pull_number: gone.number,
      state: 'open',
    })
  await expect(reopen()).rejects.toMatchObject({ status: 422 })
  await git(work, 'push', '--quiet', 'origin', `${gone.head}:refs/heads/gone`)
  expect((await reopen()).data.state).toBe('open')
  await branch('gone', { 'd.txt': 'y\n' }, 'origin/main')
  expect((await seen(gone.number)).head.sha).not.toBe(gone.head)
})
