/** Each trace shows what happens, breaks no guarantee and no law; the language reads back what it writes. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { parseCommand, printCommand, readings } from '../../packages/core/test/support/simulation/language.js'
import { outcomes, phrases } from '../../packages/core/test/support/simulation/phrases.js'
import { playSwarm } from '../../packages/core/test/support/simulation/run.js'
import { swarms } from '../../packages/core/test/support/simulation/swarm.js'
import { playTrace } from '../../packages/core/test/support/simulation/trace.js'
import { checkTraceFile } from '../../packages/core/test/support/simulation/traceFile.js'

const here = import.meta.dirname
const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.txt'))
const rewrite = process.env['HEADGATE_REWRITE'] === '1'

test('there are traces', () => expect(files.length).toBeGreaterThanOrEqual(25))

test.each(files)('%s', (file) => {
  expect(checkTraceFile(join(here, file), rewrite)).toEqual([])
})

describe('the language', () => {
  test('every command of a random game is written and read back, in one way only', () => {
    fc.assert(
      fc.property(swarms({ pullRequests: 12, commands: 200 }), (swarm) => {
        for (const command of playSwarm(swarm).commands)
          expect(readings(printCommand(command))).toEqual([command])
      }),
      { numRuns: 40, endOnFailure: true, seed: 7 },
    )
  })

  test('the README names every phrase and every outcome', () => {
    const readme = readFileSync(join(here, 'README.md'), 'utf8')
    expect([...phrases, ...outcomes].filter((words) => !readme.includes(`\`${words}\``))).toEqual([])
  })

  test.each([
    ['an unknown command', 'start\nhello\n----\n', 'line 2: "hello" is not a command'],
    ['a reaction to nothing', '----\n', 'line 1: a reaction to no command'],
    ['a gap among the commands', 'start\n\npush #1\n----\n', 'line 2: expected a command or ----'],
    ['what is not there', 'start\n----\n\npush #1\n----\n', 'line 4: #1 is not open'],
    ['a policy that is none', 'start with speed = high\n----\n', 'line 1: "speed = high" is not a policy'],
    ['too early', 'push #1\n----\n', 'line 1: the service has not started'],
  ])('%s is an error with its line', (_what, text, problem) => {
    expect(playTrace(text)).toEqual({ _tag: 'Left', left: problem })
  })

  test('words that are almost a command are none', () => {
    expect(isLeft(parseCommand('push #one'))).toBe(true)
    expect(isLeft(parseCommand('the landing of #1 is'))).toBe(true)
  })
})
