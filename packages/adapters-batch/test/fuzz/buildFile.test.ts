/** A build.yaml comes from the change under test: whatever it holds, its author is told what is wrong, or it is a build. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import {
  deep,
  deepText,
  mutated,
  mutatedText,
  seeded,
  strangeValue,
} from '../../../../test/support/hostile.js'
import { decodeBuildFile } from '../../src/buildFile/decode.js'
import { planJobs } from '../../src/buildFile/plan/plan.js'
import { selectSteps } from '../../src/buildFile/select.js'

const options = seeded('buildFile', 200)

const good = {
  repoPrefix: '/repo',
  alwaysRunSteps: ['lint'],
  steps: [
    {
      kind: 'runImage',
      name: 'lint',
      image: 'ubuntu:22.04',
      script: 'echo {{ code.sha }}',
      resources: { memory: 'standard', cpu: '0.25' },
      inputs: [{ from: '/repo/src', to: '/io/src' }],
    },
    {
      kind: 'buildImage2',
      name: 'image',
      dockerFile: '/io/Dockerfile',
      contextPath: '/io',
      publishAs: 'app',
    },
    {
      kind: 'runImage',
      name: 'test',
      image: { valueFrom: 'image.image' },
      script: 'true',
      dependsOn: ['lint', 'image'],
      scopes: ['test'],
      timeout: 600,
      numSplits: 2,
    },
  ],
}

const request = {
  scope: 'test',
  code: { sha: 'abc' },
  global: { cloud: 'local' },
  storageUri: 'local://x',
  token: 't',
  tokenOf: (step: string) => step.slice(0, 5),
} as const

/** Errors in words with a place, or a build file whose steps can be chosen and planned. */
const sound = (text: string): 'Left' | 'Right' => {
  const file = decodeBuildFile(text)
  const planned =
    file._tag === 'Left'
      ? file
      : planJobs(
          selectSteps(file.right, { scope: 'test', cloud: undefined, changedFiles: undefined, labels: [] }),
          request,
        )
  if (planned._tag === 'Left')
    for (const error of planned.left) {
      expect(error.sentence).not.toBe('')
      expect(error.sentence.length).toBeLessThan(1_000_000)
      expect(error.remedy).not.toBe('')
      expect(error.line).toBeGreaterThan(0)
      expect(error.column).toBeGreaterThan(0)
    }
  return file._tag
}

const yamlOf = (json: unknown): string => {
  try {
    return stringify(json, { aliasDuplicateObjects: false })
  } catch {
    return JSON.stringify(json) ?? ''
  }
}

test('the good one is good', () => {
  expect(sound(stringify(good))).toBe('Right')
})

test('with something wrong in it, or right by chance', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(mutated(good), (json) => void seen.add(sound(yamlOf(json)))),
    options,
  )
  expect(seen).toEqual(new Set(['Left', 'Right']))
})

test('any value as JSON, which is YAML', () => {
  fc.assert(
    fc.property(strangeValue, (json) => void sound(JSON.stringify(json) ?? '')),
    options,
  )
})

test('any text, and good text with a piece wrong', () => {
  const pieces = fc.constantFrom(
    '&a ',
    '*a',
    '<<: *a',
    '!!binary ',
    '!x ',
    '---\n',
    '%YAML 9\n',
    '\t',
    ': ',
    '- ',
    '? ',
  )
  const text = stringify(good)
  const pierced = fc
    .tuple(fc.nat(text.length), pieces, mutatedText(text))
    .map(([at, piece, broken]) => broken.slice(0, at) + piece + broken.slice(at))
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), mutatedText(text), pierced), (input) => {
      sound(input)
    }),
    options,
  )
})

const laughs = Array.from({ length: 12 }, (_, i) => {
  const before = Array(12).fill(i === 0 ? 'ha' : `*l${i - 1}`)
  return `l${i}: &l${i} [${before.join(', ')}]`
}).join('\n')

const evil: ReadonlyArray<readonly [string, string]> = [
  ['a billion laughs', `${laughs}\nsteps: *l11`],
  ['a billion laughs in a field', `${laughs}\nsteps: [{kind: runImage, name: *l11, image: x, script: y}]`],
  ['a list within itself', 'steps: &a [*a]'],
  ['a step within itself', 'steps:\n  - &a {kind: runImage, name: a, image: x, script: y, env: *a}'],
  ['a field that holds itself', 'steps:\n  - {kind: runImage, name: &n [*n], image: x, script: y}'],
  ['a kind that holds itself', 'steps:\n  - {kind: &n {n: *n}, name: a}'],
  ['a merge of itself', 'steps:\n  - &a\n    <<: *a\n    kind: runImage'],
  ['an alias to nowhere', 'steps: *nowhere'],
  ['lists in lists in lists', deepText(100_000)],
  [
    'lists in lists in a field',
    `steps:\n  - {kind: runImage, name: a, image: x, script: ${deepText(20_000)}}`,
  ],
  ['lists in a field, not too deep to parse', `steps: [{kind: runImage, name: ${deepText(800)}}]`],
  ['mappings in mappings', '{a: '.repeat(20_000)],
  ['blocks in blocks', Array.from({ length: 3_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['dashes', '- '.repeat(20_000)],
  ['a code tag', 'steps: !!js/function "function () { throw 1 }"'],
  ['a Python tag', 'steps: !!python/object/apply:os.system ["true"]'],
  ['many documents', '---\n'.repeat(5_000)],
  ['a NUL and a BOM', '\u0000\ufeffsteps: []'],
  ['the prototype as a key', 'steps:\n  - {__proto__: {kind: runImage}, constructor: 1}'],
  [
    'a kind of the prototype',
    'steps:\n  - {kind: constructor, name: toString}\n  - {kind: __proto__, name: b}',
  ],
  [
    'more jobs than there are atoms',
    'steps:\n  - {kind: runImage, name: a, image: x, script: y, numSplits: 99999999999999999999}',
  ],
  ['a billion jobs', 'steps:\n  - {kind: runImage, name: a, image: x, script: y, numSplits: 1000000000}'],
  [
    'a template without end',
    'steps:\n  - {kind: runImage, name: a, image: x, script: "{% for i in range(1000000000) %}x{% endfor %}"}',
  ],
]

describe('evil files', () => {
  test.each(evil)('%s', (_name, text) => {
    sound(text)
  })

  test('values nested deeper than any file', () => {
    sound(JSON.stringify({ steps: [deep(900)] }))
  })
})
