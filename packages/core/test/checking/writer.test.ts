/** Bags within bags: names that are met first inside of them count, wherever in them they stand. */
import { expect, test } from 'vitest'
import { makeDigest } from '../../src/checking/fingerprint/writer.js'

type Bags = ReadonlyArray<ReadonlyArray<string | number>>

/** A bag of bags of names and numbers, then the names once more in the order given. */
const digest = makeDigest<{ readonly bags: Bags; readonly after: ReadonlyArray<string> }>(
  (w, { bags, after }) => {
    w.bag(bags, (inner) => w.bag(inner, (item) => (typeof item === 'string' ? w.name(item) : w.put(item))))
    after.forEach(w.name)
  },
)
const of = (bags: Bags, after: ReadonlyArray<string> = []) => digest({ bags, after })

test('other names, the same picture', () => {
  expect(
    of(
      [
        ['a', 1],
        ['b', 2],
      ],
      ['b'],
    ),
  ).toEqual(
    of(
      [
        ['x', 1],
        ['y', 2],
      ],
      ['y'],
    ),
  )
})

test('the order of a bag tells nothing', () => {
  expect(
    of(
      [
        ['a', 1],
        ['b', 2],
      ],
      ['a'],
    ),
  ).toEqual(
    of(
      [
        ['b', 2],
        ['a', 1],
      ],
      ['a'],
    ),
  )
  expect(of([[1, 'a'], [2]])).toEqual(of([[2], ['a', 1]]))
})

test('one name twice is not two names, also where a number is the last of the inner bag', () => {
  expect(
    of([
      ['a', 1],
      ['a', 1],
    ]),
  ).not.toEqual(
    of([
      ['a', 1],
      ['b', 1],
    ]),
  )
})

test('who is met again afterwards is told from who is not', () => {
  expect(
    of(
      [
        ['a', 1],
        ['b', 2],
      ],
      ['a'],
    ),
  ).not.toEqual(
    of(
      [
        ['a', 1],
        ['b', 2],
      ],
      ['b'],
    ),
  )
})
