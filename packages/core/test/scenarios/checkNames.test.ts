/** A check may be called anything, also what every JavaScript object already has. */
import { some } from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'
import { defaultPolicy, type PullRequestSnapshot } from '@headgate/core'
import { requiredChecks } from '../../src/queue/checks.js'

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])(
  'a green check named %s counts',
  (name) => {
    const check = { name, state: some('SUCCESS'), reporter: some('actions') }
    const snapshot = { checks: [check] } as unknown as PullRequestSnapshot
    expect(requiredChecks(defaultPolicy, [name], snapshot)).toMatchObject([{ name, verdict: 'success' }])
  },
)
