import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readTail } from '../../src/local/run/tail.js'
import { temporaryDir } from '../support/service.js'

test('the end of a long log is shown, and that something is missing', async () => {
  const path = join(temporaryDir(), 'log')
  writeFileSync(path, 'one\ntwo\nthree\n')
  expect(await readTail(path)).toBe('one\ntwo\nthree\n')
  expect(await readTail(path, 6)).toBe('[8 earlier bytes are not shown]\nthree\n')
  expect(await readTail(`${path}.none`)).toBeNull()
})
