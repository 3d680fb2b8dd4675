import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeStateDir, readMarker, writeMarker, type Marker } from '../../src/local/marker.js'
import { left, right, scratch } from '../support/states.js'

const marker: Marker = {
  format: 1,
  origin: 'sample',
  landing: 'fast-forward',
  made: { repository: 'acme/app', branch: 'main', base: 'b', trustedAuthors: ['ada'], notes: [] },
}

test('what was written is read', () => {
  const dir = join(scratch(), 'a', 'b')
  expect(right(readMarker(dir))).toBe(undefined)
  expect(existsSync(dir)).toBe(false)
  right(makeStateDir(dir))
  expect(right(readMarker(dir))).toBe(undefined)
  writeMarker(dir, { ...marker, made: null })
  expect(right(readMarker(dir))?.made).toBe(null)
  writeMarker(dir, marker)
  expect(right(readMarker(dir))).toEqual(marker)
  expect(readdirSync(dir)).toEqual(['headgate.json'])
})

test('a marker of before there were strategies is read, and one of a strategy that is none is not', () => {
  const dir = scratch()
  writeMarker(dir, { ...marker, strategy: 'batch' })
  expect(right(readMarker(dir))?.strategy).toBe('batch')
  writeFileSync(join(dir, 'headgate.json'), JSON.stringify(marker))
  expect(right(readMarker(dir))).toEqual(marker)
  writeFileSync(join(dir, 'headgate.json'), JSON.stringify({ ...marker, strategy: 'luck' }))
  expect(left(readMarker(dir)).code).toBe('state-version')
})

test('a write that was cut off leaves a directory that can be begun', () => {
  const dir = scratch()
  writeFileSync(join(dir, 'headgate.json.partial'), '{"for')
  expect(right(readMarker(dir))).toBe(undefined)
})

test.each(['{"format": 2}', '{}', 'nonsense', '{"format":1,"origin":"sample"}'])(
  'a marker %s is refused',
  (text) => {
    const dir = scratch()
    writeFileSync(join(dir, 'headgate.json'), text)
    expect(left(readMarker(dir))).toMatchObject({ code: 'state-version', place: join(dir, 'headgate.json') })
  },
)

test('a directory of something else is refused, and so is a place where none can be made', () => {
  const dir = scratch()
  mkdirSync(join(dir, 'photos'))
  expect(left(readMarker(dir)).code).toBe('state-version')
  writeFileSync(join(dir, 'file'), '')
  expect(left(makeStateDir(join(dir, 'file', 'below'))).code).toBe('state-unusable')
  expect(left(makeStateDir('/proc/headgate')).code).toBe('state-unusable')
})
