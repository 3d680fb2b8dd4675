import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBuildFile } from '../../src/buildFile/decode.js'
import { referenceText, skipReason } from '../support/reference.js'

const errorsOf = (text: string) => {
  const file = decodeBuildFile(text)
  return E.isLeft(file) ? file.left : []
}

const told = (text: string) =>
  errorsOf(text).map(({ code, line, column, step }) => [code, line, column, step])

test('a file is decoded with its defaults', () => {
  const file = decodeBuildFile(`
repoPrefix: /r
alwaysRunSteps: [a]
steps:
  - kind: runImage
    name: a
    image: ubuntu
    script: 'true'
  - {kind: createNamespace, name: ns, namespaceName: default, dependsOn: [a], scopes: [test, dev], clouds: [gcp]}
`)
  expect(file).toEqual(
    E.right({
      repoPrefix: '/r',
      alwaysRunSteps: ['a'],
      steps: [
        {
          kind: 'runImage',
          name: 'a',
          image: 'ubuntu',
          script: 'true',
          dependsOn: [],
          scopes: undefined,
          clouds: undefined,
          runIfRequested: false,
          forceIfLabeled: [],
          inputs: [],
          outputs: [],
          alwaysRun: false,
          timeout: 3600,
          resources: undefined,
          numSplits: 1,
          secrets: [],
          serviceAccount: undefined,
          network: 'public',
          port: undefined,
          env: {},
          unconfined: false,
          regions: undefined,
          place: { line: 5, column: 5 },
        },
        {
          kind: 'createNamespace',
          name: 'ns',
          dependsOn: ['a'],
          scopes: ['test', 'dev'],
          clouds: ['gcp'],
          runIfRequested: false,
          forceIfLabeled: [],
          inputs: [],
          place: { line: 9, column: 5 },
          namespaceName: 'default',
          secrets: [],
        },
      ],
    }),
  )
})

test('all errors are told at once, in the order of the file', () => {
  expect(
    told(`stepz: 1
alwaysRunSteps: [nobody]
steps:
  - kind: runImage
    name: a
    imag: ubuntu
    script: 'true'
    timeout: -1
    numSplits: 1.5
    dependsOn: [later, nobody, a]
  - kind: runimage
    name: b
  - {kind: runImage, name: a, image: x, script: x, resources: {cpus: 2, cpu: many}}
  - {kind: runImage, name: later, image: {valueFrom: ''}, script: x, inputs: [{from: /x}]}
  - just text
  - {kind: deploy, name: d, namespace: x, config: y, script: no}
`),
  ).toEqual([
    ['unknown-field', 1, 1, undefined],
    ['unknown-step', 2, 18, undefined],
    ['missing-field', 4, 5, 'a'],
    ['unknown-field', 6, 5, 'a'],
    ['bad-value', 8, 14, 'a'],
    ['bad-value', 9, 16, 'a'],
    ['later-step', 10, 17, 'a'],
    ['unknown-step', 10, 24, 'a'],
    ['cycle', 10, 32, 'a'],
    ['unknown-kind', 11, 11, 'b'],
    ['duplicate-name', 13, 28, 'a'],
    ['unknown-field', 13, 64, 'a'],
    ['bad-value', 13, 78, 'a'],
    ['bad-value', 14, 42, 'later'],
    ['missing-field', 14, 79, 'later'],
    ['bad-value', 15, 5, 'number 5'],
    ['unknown-field', 16, 54, 'd'],
  ])
})

test('names and dependencies are checked', () => {
  const step = (name: string, dependsOn: string) =>
    `  - {kind: runImage, name: ${name}, image: x, script: x, dependsOn: [${dependsOn}]}`
  const errors = errorsOf(
    ['steps:', step('a', 'c'), step('b', 'd, nobody'), step('c', 'a'), step('d', ''), step('d', 'b, b')].join(
      '\n',
    ),
  )
  expect(errors.map(({ code, sentence, line, column }) => [code, sentence, line, column])).toEqual([
    ['cycle', 'Step "a" depends on "c", which depends on "a".', 2, 64],
    ['cycle', 'Step "b" depends on "d", which depends on "b".', 3, 64],
    ['unknown-step', 'Step "b" depends on "nobody", which does not exist.', 3, 67],
    ['duplicate-name', 'Step "d" has the same name as the step in line 5.', 6, 28],
    ['duplicate-dependency', 'Step "d" depends on "b" twice.', 6, 67],
  ])
  expect(
    errorsOf(['steps:', step('a', 'b'), step('b', '')].join('\n')).map(({ code, remedy }) => [code, remedy]),
  ).toEqual([['later-step', 'Move "b" before "a".']])
})

test('an error says what to do', () => {
  expect(errorsOf('steps:\n  - {kind: runImage, name: a, image: x, script: x, timeout: soon}')).toEqual([
    {
      code: 'bad-value',
      sentence: 'Step "a": "timeout" is "soon", expected a number of seconds greater than 0.',
      line: 2,
      column: 61,
      step: 'a',
      remedy: 'Give it a number of seconds greater than 0.',
    },
  ])
})

test('YAML that is none is an error with its place', () => {
  expect(told('steps: [')).toEqual([['not-yaml', 1, 9, undefined]])
  expect(told('steps:\n  - !unknown {}').map(([code]) => code)).toContain('not-yaml')
  expect(told('').map(([code]) => code)).toEqual(['bad-value'])
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]'].concat(
    'bcdefghi'.split('').map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`),
  )
  expect(told([...bomb, 'steps: *i'].join('\n'))[0]?.[0]).toBe('not-yaml')
})

test('YAML 1.1 is read as PyYAML reads it, merge keys and repeated keys included', () => {
  const file = decodeBuildFile(`
steps:
  - &base {kind: runImage, name: a, image: x, script: x, alwaysRun: yes}
  - {<<: *base, name: b}
  - {kind: runImage, name: c, image: x, image: y, script: x}
`)
  if (E.isLeft(file)) throw new Error(JSON.stringify(file.left))
  expect(file.right.steps.map((step) => [step.name, step.kind === 'runImage' && step.alwaysRun])).toEqual([
    ['a', true],
    ['b', true],
    ['c', false],
  ])
  expect(file.right.steps[2]).toMatchObject({ image: 'y' })
})

test('any text at all is decoded or is an error with a place', () => {
  const piece = fc.constantFrom(
    'steps:',
    '\n',
    '  - ',
    'kind: ',
    'runImage',
    'name: a',
    '{',
    '}',
    '[',
    ']',
    '&a',
    '*a',
    ': ',
    '<<',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, piece, fc.string())), (parts) => {
      const file = decodeBuildFile(parts.join(''))
      return E.isRight(file) || file.left.every((error) => error.line >= 1 && error.column >= 1)
    }),
    { numRuns: 500 },
  )
})

describe.skipIf(skipReason !== undefined)('the real build files', () => {
  test.each([
    ['hail-build.yaml', 120],
    ['hail-test-resources-build.yaml', 22],
  ])('%s is decoded', (path, count) => {
    const file = decodeBuildFile(referenceText(path))
    expect(E.isRight(file) ? file.right.steps.length : file.left).toBe(count)
  })
})
