import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LocalGithub } from '../../src/local/index.js'
import { gql, PROTECTION, rest, seeded, started, temporary } from './support.js'

const world = await temporary()
let github: LocalGithub
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
})
afterAll(async () => {
  await github.close()
  await world.remove()
})

const CONTEXTS = `query ($owner: String!, $repo: String!, $number: Int!, $after: String) { repository(owner: $owner, name: $repo) {
  pullRequest(number: $number) { mergeStateStatus statusCheckRollup { state contexts(first: 2, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { __typename
      ... on CheckRun { name status conclusion isRequired(pullRequestNumber: $number) checkSuite { app { slug } conclusion } }
      ... on StatusContext { context state isRequired(pullRequestNumber: $number) } } } } } } }`
type Contexts = {
  repository: {
    pullRequest: {
      mergeStateStatus: string
      statusCheckRollup: {
        state: string
        contexts: { pageInfo: { endCursor: string }; nodes: ReadonlyArray<Record<string, unknown>> }
      }
    }
  }
}

test('check runs belong to apps, join statuses in the rollup, and may be required of one app only', async () => {
  const { at, pull } = await seeded(github, world.dir, 'checked')
  const actions = rest(github, 'github-actions[bot]')
  const { number, head } = await pull('change', { 'a.txt': 'two\n' })
  const app = Number((await actions.request('GET /user')).data.id)
  await rest(github, 'ada').request('PUT /repos/{owner}/{repo}/branches/{branch}/protection', {
    ...at,
    branch: 'main',
    ...PROTECTION,
    required_pull_request_reviews: null,
    required_status_checks: { strict: false, contexts: [], checks: [{ context: 'build', app_id: app }] },
  })
  const read = async (after?: string) =>
    (await gql(github)<Contexts>(CONTEXTS, { ...at, number, after: after ?? null })).repository.pullRequest
  const run = (as: typeof actions, name: string, more: object) =>
    as.request('POST /repos/{owner}/{repo}/check-runs', { ...at, name, head_sha: head, ...more })

  await expect(run(rest(github, 'bob'), 'build', {})).rejects.toMatchObject({ status: 403 })
  // The same name from another app does not fulfil the requirement.
  await run(rest(github), 'build', { status: 'completed', conclusion: 'success' })
  expect((await read()).mergeStateStatus).toBe('BLOCKED')
  const started = await run(actions, 'build', { status: 'in_progress', details_url: 'http://127.0.0.1/x' })
  await rest(github).request('POST /repos/{owner}/{repo}/statuses/{sha}', {
    ...at,
    sha: head,
    state: 'success',
    context: 'extra',
  })

  const page = await read()
  expect(page.statusCheckRollup).toMatchObject({
    state: 'PENDING',
    contexts: {
      totalCount: 3,
      pageInfo: { hasNextPage: true },
      nodes: [
        {
          __typename: 'CheckRun',
          name: 'build',
          conclusion: 'SUCCESS',
          isRequired: false,
          checkSuite: { app: { slug: 'headgate' } },
        },
        {
          __typename: 'CheckRun',
          name: 'build',
          status: 'IN_PROGRESS',
          conclusion: null,
          isRequired: true,
          checkSuite: { app: { slug: 'github-actions' } },
        },
      ],
    },
  })
  const rest2 = await read(page.statusCheckRollup.contexts.pageInfo.endCursor)
  expect(rest2.statusCheckRollup.contexts.nodes).toEqual([
    { __typename: 'StatusContext', context: 'extra', state: 'SUCCESS', isRequired: false },
  ])

  const patch = (as: typeof actions) =>
    as.request('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', {
      ...at,
      check_run_id: started.data.id,
      conclusion: 'success',
    })
  await expect(patch(rest(github))).rejects.toMatchObject({ status: 403 })
  expect((await patch(actions)).data).toMatchObject({ status: 'completed', conclusion: 'success' })
  expect(await read()).toMatchObject({ mergeStateStatus: 'CLEAN', statusCheckRollup: { state: 'SUCCESS' } })
})

test('a re-run check counts by its newest run; GraphQL creates and updates runs', async () => {
  const { at, pull } = await seeded(github, world.dir, 'rerun')
  const { number, head } = await pull('change', { 'a.txt': 'two\n' })
  const id = (await rest(github).request('GET /repos/{owner}/{repo}', at)).data.node_id
  const create = `mutation ($input: CreateCheckRunInput!) { createCheckRun(input: $input) { checkRun { id status conclusion } } }`
  const input = { repositoryId: id, headSha: head, name: 'lint', status: 'COMPLETED', conclusion: 'FAILURE' }
  type Made = { createCheckRun: { checkRun: { id: string } } }
  await gql(github)<Made>(create, { input })
  const state = async () =>
    (await gql(github)<Contexts>(CONTEXTS, { ...at, number, after: null })).repository.pullRequest
      .statusCheckRollup.state
  expect(await state()).toBe('FAILURE')
  const again = await gql(github)<Made>(create, { input: { ...input, status: 'QUEUED', conclusion: null } })
  expect(await state()).toBe('PENDING')
  const update = `mutation ($id: ID!, $repo: ID!) { updateCheckRun(input: {checkRunId: $id, repositoryId: $repo, conclusion: NEUTRAL}) { checkRun { status conclusion } } }`
  expect(await gql(github)(update, { id: again.createCheckRun.checkRun.id, repo: id })).toEqual({
    updateCheckRun: { checkRun: { status: 'COMPLETED', conclusion: 'NEUTRAL' } },
  })
  expect(await state()).toBe('SUCCESS')
})

test('statuses: newest of a context counts, unknown commits and states are refused', async () => {
  const { at, base } = await seeded(github, world.dir, 'statuses')
  const post = (sha: string, state: string) =>
    rest(github).request('POST /repos/{owner}/{repo}/statuses/{sha}', {
      ...at,
      sha,
      state: state as 'success',
      context: 'ci',
    })
  await expect(post('f'.repeat(40), 'success')).rejects.toMatchObject({
    status: 422,
    message: expect.stringMatching(/No commit found for SHA/) as string,
  })
  await expect(post(base, 'great')).rejects.toMatchObject({ status: 422 })
  await post(base, 'pending')
  await post(base, 'success')
  const combined = await rest(github).request('GET /repos/{owner}/{repo}/commits/{ref}/status', {
    ...at,
    ref: 'main',
  })
  expect(combined.data).toMatchObject({ state: 'success', total_count: 1, sha: base })
  expect(combined.data.statuses[0]).toMatchObject({ context: 'ci', state: 'success' })
  const every = await rest(github).request('GET /repos/{owner}/{repo}/commits/{ref}/statuses', {
    ...at,
    ref: base,
  })
  expect(every.data.map((s) => [s.state, s.creator?.login])).toEqual([
    ['success', 'headgate[bot]'],
    ['pending', 'headgate[bot]'],
  ])
})
