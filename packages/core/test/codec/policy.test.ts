import { isLeft } from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { defaultPolicy, explainErrors, Policy } from '@headgate/core'

test.each([
  ['an unknown field', { ...defaultPolicy, colour: 'red' }, 'colour'],
  ['a missing field', { ...defaultPolicy, labels: undefined }, 'labels'],
  ['a cap of nothing', { ...defaultPolicy, maxTestRuns: 0 }, 'maxTestRuns'],
  ['an unknown strategy', { ...defaultPolicy, strategy: { _tag: 'magic' } }, 'strategy/_tag'],
])('%s in a policy is refused with its path', (_what, input, path) => {
  const decoded = Policy.decode(input)
  expect(isLeft(decoded) && explainErrors('The policy', decoded.left)).toMatchObject({
    code: 'not-understood',
    place: path,
  })
})
