import { schema as published } from '@octokit/graphql-schema'
import { buildSchema, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { COMMIT_REPORTS } from '../../src/checks/reports.js'
import { PREFLIGHT } from '../../src/preflight/query.js'
import { BRANCH, HEAD } from '../../src/query/branch.js'
import { COMMIT_CHECKS } from '../../src/query/checks.js'
import { COMMIT } from '../../src/query/commit.js'
import { CONVERSATION } from '../../src/query/conversation.js'
import { LANDING, MERGE_PULL_REQUEST, UPDATE_REFS } from '../../src/query/landing.js'
import { OWN_COMMENTS } from '../../src/query/ownComments.js'
import { PULL_REQUEST } from '../../src/query/pullRequest.js'

const documents = {
  ...{ BRANCH, HEAD, PULL_REQUEST, COMMIT_CHECKS, COMMIT, CONVERSATION },
  ...{ LANDING, UPDATE_REFS, MERGE_PULL_REQUEST, OWN_COMMENTS, PREFLIGHT, COMMIT_REPORTS },
}

test('every document is valid GraphQL against the published schema', () => {
  const schema = buildSchema(published.idl, { assumeValidSDL: true })
  for (const [name, document] of Object.entries(documents))
    expect(validate(schema, parse(document)).map(String), name).toEqual([])
  expect(validate(schema, parse(HEAD.replace('oid', 'sha'))).length).toBeGreaterThan(0)
})
