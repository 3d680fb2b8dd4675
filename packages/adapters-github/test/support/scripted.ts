import * as E from 'fp-ts/lib/Either.js'
import type { GithubClient, GraphqlAnswer, GraphqlCall } from '../../src/client.js'

/** A client that answers from a script and remembers what it was asked. */
export const scripted = (answer: (call: GraphqlCall, turn: number) => Partial<GraphqlAnswer>) => {
  const calls: GraphqlCall[] = []
  const client: GithubClient = {
    graphql: (call) => {
      calls.push(call)
      return Promise.resolve(E.right({ data: null, errors: [], ...answer(call, calls.length - 1) }))
    },
    rest: () => Promise.reject(new Error('no REST in this script')),
  }
  return { client, calls }
}

export const oid = (digit: string): string => digit.repeat(40)

/** A pull request as GraphQL gives it. */
export const rawPullRequest = (number: number, more: Readonly<Record<string, unknown>> = {}) => ({
  number,
  title: `Change ${number}`,
  body: '',
  isDraft: false,
  state: 'OPEN',
  baseRefName: 'main',
  headRefOid: oid('a'),
  headRefName: 'feature',
  reviewDecision: null,
  author: { login: 'bob' },
  labels: { nodes: [] },
  files: { nodes: [] },
  latestOpinionatedReviews: { nodes: [] },
  statusCheckRollup: null,
  ...more,
})
