import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seeded } from '../../../../test/support/hostile.js'
import { dependenciesIn, PrNumber } from '../../src/index.js'

const options = seeded('dependencies', 500)

const of = (...lines: ReadonlyArray<string>) => dependenciesIn(lines.join('\n'), 'acme/app')

test('numbers and addresses, one to a line, in whatever case', () => {
  expect(of('Speeds it up.', '', 'Depends-On: #12')).toEqual([12])
  expect(of('depends-on:#12', '  DEPENDS-ON:   #7  ')).toEqual([12, 7])
  expect(of('Depends-On: https://github.com/acme/app/pull/12')).toEqual([12])
  expect(of('Depends-On: https://git.example.org/Acme/App/pull/12/files?w=1#diff')).toEqual([12])
  expect(dependenciesIn('a\r\nDepends-On: #1\r\nDepends-On: #2\r\n', 'acme/app')).toEqual([1, 2])
})

test('each once, in the order in which they are named', () => {
  expect(of('Depends-On: #9', 'Depends-On: #3', 'Depends-On: https://github.com/acme/app/pull/9')).toEqual([
    9, 3,
  ])
})

test.each([
  ['another repository', 'Depends-On: https://github.com/acme/application/pull/12'],
  ['another owner', 'Depends-On: https://github.com/other/app/pull/12'],
  ['an issue', 'Depends-On: https://github.com/acme/app/issues/12'],
  ['several on a line', 'Depends-On: #12, #13'],
  ['words around it', 'This Depends-On: #12'],
  ['words after it', 'Depends-On: #12 and more'],
  ['no number', 'Depends-On: #'],
  ['number zero', 'Depends-On: #0'],
  ['a number that is none', 'Depends-On: #12345678901234567890'],
  ['another word', 'Depends: #12'],
  ['a comment', '<!-- Say what it needs:\nDepends-On: #12\n-->'],
  ['a comment that never ends', '<!--\nDepends-On: #12'],
])('%s is no dependency', (_, body) => {
  expect(of(body)).toEqual([])
  // What is around it does not matter.
  expect(of('Depends-On: #5', body)).toEqual([5])
})

test('any text has an answer, of numbers that are some', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom('Depends-On: ', '#', '12', '\n', '<!--', '-->')), {
        maxLength: 30,
      }),
      (parts) => {
        const found = dependenciesIn(parts.join(''), 'acme/app')
        expect(found.every(PrNumber.is)).toBe(true)
        expect(new Set(found).size).toBe(found.length)
      },
    ),
    options,
  )
})
