import { expect, test } from 'vitest'
import { clearing, Clearer } from '../../src/landing/clearing.js'

test('whoever clears a hold is somebody who is known', () => {
  for (const { by } of Object.values(clearing)) expect(Clearer.is(by), by).toBe(true)
  expect(Clearer.is('nobody')).toBe(false)
  expect(Clearer.name).toBe('Clearer')
})
