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

/** Runs one mutation; `selection` is what is asked of its payload. */
const mutate = (name: string, input: object, selection: string, login?: string) => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  return gql(github, login)<Record<string, Record<string, never>>>(
    `mutation ($input: ${type}!) { ${name}(input: $input) { clientMutationId ${selection} } }`,
    { input: { clientMutationId: 'mine', ...input } },
  )
}
const payload = (name: string, more: object) => ({ [name]: { clientMutationId: 'mine', ...more } })
const refused = (name: string, type: string, message: RegExp) => ({
  errors: [
    expect.objectContaining({ type, path: [name], message: expect.stringMatching(message) as string }),
  ],
})

test('review, labels, comments, closing and a guarded squash by GraphQL', async () => {
  const { at, work, base, pull } = await seeded(github, world.dir, 'spoken')
  const { id, head, number } = await pull('feature', { 'a.txt': 'two\n' })
  await rest(github).request('POST /repos/{owner}/{repo}/labels', {
    ...at,
    name: 'prio:high',
    color: 'ff0000',
  })
  const label = await gql(github)<{ repository: { label: { id: string } } }>(
    '{ repository(owner: "ada", name: "spoken") { label(name: "prio:high") { id } } }',
  )
  const labels = { labelableId: id, labelIds: [label.repository.label.id] }
  const shown = 'labelable { labels(first: 5) { nodes { name } } }'
  expect(await mutate('addLabelsToLabelable', labels, shown)).toEqual(
    payload('addLabelsToLabelable', { labelable: { labels: { nodes: [{ name: 'prio:high' }] } } }),
  )
  expect(await mutate('removeLabelsFromLabelable', labels, shown)).toEqual(
    payload('removeLabelsFromLabelable', { labelable: { labels: { nodes: [] } } }),
  )

  const said = await gql(github)<{ addComment: { commentEdge: { node: { id: string } } } }>(
    'mutation ($id: ID!) { addComment(input: {subjectId: $id, body: "Queued."}) { commentEdge { node { id author { login } } } } }',
    { id },
  )
  const comment = { id: said.addComment.commentEdge.node.id, body: 'Landing.' }
  expect(
    await mutate('updateIssueComment', comment, 'issueComment { body author { __typename login } }'),
  ).toEqual(
    payload('updateIssueComment', {
      issueComment: { body: 'Landing.', author: { __typename: 'Bot', login: 'headgate' } },
    }),
  )

  const approve = { pullRequestId: id, event: 'APPROVE', commitOID: head }
  const review = 'pullRequestReview { state commit { oid } author { login } }'
  await expect(mutate('addPullRequestReview', approve, review, 'bob')).rejects.toMatchObject(
    refused('addPullRequestReview', 'UNPROCESSABLE', /your own pull request/),
  )
  expect(await mutate('addPullRequestReview', approve, review, 'carol')).toEqual(
    payload('addPullRequestReview', {
      pullRequestReview: { state: 'APPROVED', commit: { oid: head }, author: { login: 'carol' } },
    }),
  )

  const state = 'pullRequest { state closed }'
  expect(await mutate('closePullRequest', { pullRequestId: id }, state)).toEqual(
    payload('closePullRequest', { pullRequest: { state: 'CLOSED', closed: true } }),
  )
  await expect(mutate('mergePullRequest', { pullRequestId: id }, state)).rejects.toMatchObject(
    refused('mergePullRequest', 'UNPROCESSABLE', /not mergeable/),
  )
  await mutate('reopenPullRequest', { pullRequestId: id }, state)

  const merge = { pullRequestId: id, mergeMethod: 'SQUASH', commitHeadline: 'Title', commitBody: 'Body' }
  await expect(mutate('mergePullRequest', { ...merge, expectedHeadOid: base }, state)).rejects.toMatchObject(
    refused('mergePullRequest', 'STALE_DATA', /Head branch was modified/),
  )
  await mutate('mergePullRequest', { ...merge, expectedHeadOid: head }, state)
  await git(work, 'fetch', '--quiet', 'origin', 'main')
  expect(await git(work, 'log', '-1', '--format=%P %an %cn%n%B', 'FETCH_HEAD')).toBe(
    `${base} bob headgate[bot]\nTitle\n\nBody`,
  )
  const seen = await rest(github).request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...at,
    pull_number: number,
  })
  expect(seen.data).toMatchObject({
    merged: true,
    merge_commit_sha: await git(work, 'rev-parse', 'FETCH_HEAD'),
  })
})

test('single refs are created, moved and deleted by GraphQL', async () => {
  const { at, base, branch } = await seeded(github, world.dir, 'single')
  const next = await branch('next', { 'a.txt': 'two\n' })
  const repositoryId = (await rest(github).request('GET /repos/{owner}/{repo}', at)).data.node_id
  const ref = 'ref { id name prefix target { oid } }'
  type Made = { createRef: { ref: { id: string } } }
  const made = (await mutate(
    'createRef',
    { repositoryId, name: 'refs/heads/try', oid: base },
    ref,
  )) as unknown as Made
  const refId = made.createRef.ref.id
  const again = mutate('createRef', { repositoryId, name: 'refs/heads/try', oid: base }, ref)
  await expect(again).rejects.toMatchObject(refused('createRef', 'UNPROCESSABLE', /already exists/))
  expect(await mutate('updateRef', { refId, oid: next }, ref)).toMatchObject(
    payload('updateRef', { ref: { name: 'try', prefix: 'refs/heads/', target: { oid: next } } }),
  )
  const back = { refId, oid: base }
  await expect(mutate('updateRef', back, ref)).rejects.toMatchObject(
    refused('updateRef', 'UNPROCESSABLE', /fast forward/),
  )
  await mutate('updateRef', { ...back, force: true }, ref)
  expect(await mutate('deleteRef', { refId }, '')).toEqual(payload('deleteRef', {}))
  await expect(mutate('deleteRef', { refId }, '')).rejects.toMatchObject(
    refused('deleteRef', 'UNPROCESSABLE', /does not exist/),
  )
})

test('strict protection holds back a pull request that is behind, and a request for changes outweighs approvals', async () => {
  const { at, pull, branch } = await seeded(github, world.dir, 'strict')
  const { id, head, number } = await pull('feature', { 'b.txt': 'two\n' })
  const other = await branch('other', { 'a.txt': 'two\n' })
  await rest(github).request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
    ...at,
    ref: 'heads/main',
    sha: other,
  })
  await rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...at,
    branch: 'main',
    ...PROTECTION,
    required_status_checks: { strict: true, contexts: ['ci', 'lint'] },
  })
  const query = `{ repository(owner: "ada", name: "strict") { pullRequest(number: ${number}) { reviewDecision mergeStateStatus
    baseRef { branchProtectionRule { requiredStatusCheckContexts requiresStrictStatusChecks requiredApprovingReviewCount } } } } }`
  const read = async () =>
    (await gql(github)<{ repository: { pullRequest: object } }>(query)).repository.pullRequest
  const review = (login: string, event: string) =>
    mutate('addPullRequestReview', { pullRequestId: id, event, body: 'x' }, '', login)
  const merge = () => mutate('mergePullRequest', { pullRequestId: id, expectedHeadOid: head }, '')
  await review('carol', 'APPROVE')
  await review('dora', 'REQUEST_CHANGES')
  expect(await read()).toEqual({
    reviewDecision: 'CHANGES_REQUESTED',
    mergeStateStatus: 'BLOCKED',
    baseRef: {
      branchProtectionRule: {
        requiredStatusCheckContexts: ['ci', 'lint'],
        requiresStrictStatusChecks: true,
        requiredApprovingReviewCount: 1,
      },
    },
  })
  await expect(merge()).rejects.toMatchObject(
    refused('mergePullRequest', 'UNPROCESSABLE', /1 review requesting changes/),
  )
  await review('dora', 'APPROVE')
  await expect(merge()).rejects.toMatchObject(
    refused('mergePullRequest', 'UNPROCESSABLE', /2 of 2 required status checks are expected/),
  )
  for (const context of ['ci', 'lint'])
    await rest(github).request('POST /repos/{owner}/{repo}/statuses/{sha}', {
      ...at,
      sha: head,
      state: 'success',
      context,
    })
  expect(await read()).toMatchObject({ reviewDecision: 'APPROVED', mergeStateStatus: 'BEHIND' })
  await expect(merge()).rejects.toMatchObject(refused('mergePullRequest', 'UNPROCESSABLE', /not up to date/))
})
