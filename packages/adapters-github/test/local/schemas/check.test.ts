import { expect, test } from 'vitest'
import { answerFaults, hookFaults } from './check.js'

const REF = '/repos/ada/app/git/ref/heads/main'
const ref = {
  ref: 'refs/heads/main',
  node_id: 'x',
  url: 'http://127.0.0.1/x',
  object: { type: 'commit', sha: 'a'.repeat(40), url: 'http://127.0.0.1/y' },
}

test('the form that GitHub publishes is told from one with a planted fault', () => {
  expect(answerFaults('GET', REF, 200, ref)).toEqual([])
  expect(answerFaults('GET', REF, 200, { ...ref, ref: 7 })).toEqual([
    'GET /repos/{owner}/{repo}/git/ref/{ref} 200 /ref: must be string',
  ])
  const { sha: _, ...object } = ref.object
  expect(answerFaults('GET', REF, 200, { ...ref, object })).toEqual([
    `GET /repos/{owner}/{repo}/git/ref/{ref} 200 /object: must have required property 'sha'`,
  ])
  expect(answerFaults('GET', REF, 201, ref)).toEqual([
    'GitHub never answers GET /repos/{owner}/{repo}/git/ref/{ref} 201',
  ])
  expect(answerFaults('GET', REF, 404, { message: 1 })).toEqual([
    expect.stringContaining('message: must be string'),
  ])
  expect(answerFaults('GET', '/repos/ada/app/nonsense', 200, {})).toEqual([
    'GitHub has no GET /repos/ada/app/nonsense',
  ])
  expect(hookFaults('delete', { action: 'never' })).toEqual(['GitHub sends no delete-never'])
  expect(hookFaults('status', {})).toContainEqual("status : must have required property 'sha'")
})
