import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'
import { decodeBuildFile, requestedSteps } from '@headgate/adapters-batch'
import { FIRST } from '../../src/sample/files.js'
import { DEVELOPERS, PULL_REQUESTS, REVIEWER } from '../../src/sample/pullRequests.js'
import { makeSampleRepository } from '../../src/sample/repository.js'
import { right, scratch } from '../support/states.js'

const git = (dir: string, ...args: ReadonlyArray<string>): string =>
  execFileSync('git', args, { cwd: dir }).toString().trim()

test('the sample is real git, the same every time, and can be made again over itself', async () => {
  const [one, two] = [join(scratch(), 'one'), join(scratch(), 'two')]
  for (const dir of [one, two, two]) right(await makeSampleRepository(dir))
  const refs = (dir: string) => git(dir, 'for-each-ref', '--format=%(refname) %(objectname)')
  expect(refs(one)).toBe(refs(two))
  expect(refs(one).split('\n')).toHaveLength(PULL_REQUESTS.length + 1)
  expect(git(one, 'status', '--porcelain')).toBe('')
  expect(readFileSync(join(one, 'build.yaml'), 'utf8')).toBe(FIRST['build.yaml'])
})

test('its pull requests show what the queue is for', () => {
  const unapproved = PULL_REQUESTS.filter((pr) => !pr.approved)
  const untrusted = PULL_REQUESTS.filter((pr) => !DEVELOPERS.includes(pr.author))
  expect([unapproved.length, untrusted.length]).toEqual([1, 1])
  expect(PULL_REQUESTS.at(-1)?.labels).toEqual(['prio:high'])
  expect(PULL_REQUESTS.filter((pr) => pr.labels?.includes('WIP'))).toHaveLength(1)
  expect(PULL_REQUESTS.filter((pr) => pr.from === 'first')).toHaveLength(1)
  expect(PULL_REQUESTS.map((pr) => pr.author)).not.toContain(REVIEWER)
})

test('the semantic pair: each green alone, red together, and no conflict in git', async () => {
  const dir = join(scratch(), 'repo')
  right(await makeSampleRepository(dir))
  const test = (): boolean => {
    try {
      execFileSync(
        'bash',
        [
          '-c',
          `set -e; { echo '#'; cat src/*.sh; } > greeter; for t in test/*.sh; do bash "$t" greeter; done`,
        ],
        { cwd: dir, stdio: 'pipe' },
      )
      return true
    } catch {
      return false
    }
  }
  const on = (...branches: ReadonlyArray<string>): boolean => {
    git(dir, 'checkout', '-q', '--force', '-B', 'try', 'main')
    for (const branch of branches)
      git(dir, '-c', 'user.name=t', '-c', 'user.email=t@t', 'merge', '-q', '-m', 'm', branch)
    return test()
  }
  expect([on('rename'), on('farewell'), on('rename', 'farewell'), on('shout'), on('french')]).toEqual([
    true,
    true,
    false,
    false,
    true,
  ])
})

test('its build.yaml has steps with dependencies, inputs, outputs and a deploy, and leaves out what a change does not concern', () => {
  const file = decodeBuildFile(FIRST['build.yaml'] ?? '')
  if (E.isLeft(file)) throw new Error(JSON.stringify(file.left))
  expect(file.right.steps.filter((step) => step.scopes?.includes('deploy'))).toHaveLength(1)
  expect([...requestedSteps(file.right, ['docs/guide.md'], 'test', undefined)]).toEqual(['docs'])
  expect([...requestedSteps(file.right, ['src/10-greet.sh'], 'test', undefined)]).toContain('unit')
})
