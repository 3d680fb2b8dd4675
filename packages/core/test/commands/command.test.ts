import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'
import { batchId, parseCommands, type Command } from '@headgate/core'

const parse = (body: string) => parseCommands(body, 'headgate')
const retry: Command = { _tag: 'Retry', batchId: none }

describe('a command', () => {
  test.each<readonly [string, Command]>([
    ['@headgate retry', retry],
    ['@Headgate: RETRY.', retry],
    ['  @headgate, retry', retry],
    ['@headgate retry 12', { _tag: 'Retry', batchId: some(batchId(12)) }],
    ['@headgate retry batch 12', { _tag: 'Retry', batchId: some(batchId(12)) }],
    ['@headgate cancel', { _tag: 'Cancel' }],
    ['@headgate hold until the release is out', { _tag: 'Hold' }],
    ['@headgate unhold', { _tag: 'Unhold' }],
    ['@headgate priority', { _tag: 'Priority', high: true }],
    ['@headgate priority high', { _tag: 'Priority', high: true }],
    ['@headgate priority normal', { _tag: 'Priority', high: false }],
    ['@headgate why?', { _tag: 'Why' }],
    ['@headgate try', { _tag: 'Try', commit: none }],
    ['@headgate try 1A2B3C4', { _tag: 'Try', commit: some('1a2b3c4') }],
    ['@headgate', { _tag: 'Help' }],
    ['@headgate help', { _tag: 'Help' }],
    ['@headgate merge it', { _tag: 'Unknown', said: 'merge it' }],
    ['@headgate retry now', { _tag: 'Unknown', said: 'retry now' }],
    ['@headgate retry 1 2', { _tag: 'Unknown', said: 'retry 1 2' }],
    ['@headgate cancel that', { _tag: 'Unknown', said: 'cancel that' }],
    ['@headgate priority low', { _tag: 'Unknown', said: 'priority low' }],
    ['@headgate try main', { _tag: 'Unknown', said: 'try main' }],
    ['@headgate try 1a2b3c', { _tag: 'Unknown', said: 'try 1a2b3c' }],
  ])('%s', (line, command) => expect(parse(line)).toEqual([command]))

  test('is any line of a comment, with whatever line ends, in order', () =>
    expect(parse('It flaked.\r\n@headgate retry\r\n@headgate why\r\n')).toEqual([retry, { _tag: 'Why' }]))
})

test.each([
  ['in the middle of a line', 'I said @headgate retry'],
  ['to somebody whose name is longer', '@headgate-team retry'],
  ['in a quote', '> @headgate retry'],
  ['in a code block', '```\n@headgate retry\n```'],
  ['in a code block that never ends', '~~~sh\n@headgate retry'],
  ['in indented code', '    @headgate retry'],
  ['to another bot', '@bors retry'],
])('what is said %s is no command', (_, body) => expect(parse(body)).toEqual([]))

test('after a code block commands count again', () =>
  expect(parse('```\n@headgate cancel\n```\n@headgate retry')).toEqual([retry]))

test('at most ten are read', () => expect(parse('@headgate why\n'.repeat(99))).toHaveLength(10))

test('any text is read, whatever the bot is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ minLength: 1 }), (body, bot) => {
      for (const command of parseCommands(`${body}\n@${bot} ${body}`, bot))
        expect(command._tag === 'Unknown' ? command.said.length : 0).toBeLessThanOrEqual(100)
    }),
  )
})

test('an unknown word gives exactly one command, so that it is answered', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z]{1,20}( [a-z0-9]{1,9}){0,3}$/), (words) => {
      expect(parse(`@headgate ${words}`)).toHaveLength(1)
    }),
  )
})
