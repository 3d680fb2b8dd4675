import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { decodeBuildFile, type BuildFile } from '../../src/buildFile/decode.js'
import { requestedSteps, selectSteps, type SelectionRequest } from '../../src/buildFile/select.js'
import { referenceText, skipReason } from '../support/reference.js'

const decoded = (text: string): BuildFile => {
  const file = decodeBuildFile(text)
  if (E.isLeft(file)) throw new Error(JSON.stringify(file.left, undefined, 1))
  return file.right
}

type Vector = {
  readonly id: number
  readonly config: string
  readonly scope: 'test' | 'deploy' | 'dev'
  readonly cloud: string | null
  readonly changed_files: ReadonlyArray<string>
  readonly requested: ReadonlyArray<string>
  readonly closure_added?: ReadonlyArray<string>
  readonly not_built?: ReadonlyArray<string>
}

describe.skipIf(skipReason !== undefined)('the recorded selections of the reference', () => {
  const vectors = (): ReadonlyArray<Vector> =>
    referenceText('vectors/selection.jsonl')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Vector)
  const files = new Map<string, BuildFile>()
  const fileOf = (config: string): BuildFile => {
    const known = files.get(config)
    if (known !== undefined) return known
    const file = decoded(config === 'build.yaml' ? referenceText('hail-build.yaml') : config)
    files.set(config, file)
    return file
  }

  test('the same steps are requested', () => {
    expect(vectors().length).toBeGreaterThan(100)
    for (const { id, config, changed_files: changed, scope, cloud, requested } of vectors())
      expect([id, [...requestedSteps(fileOf(config), changed, scope, cloud ?? undefined)].sort()]).toEqual([
        id,
        requested,
      ])
  })

  test('the same dependencies are added and the same steps are not built', () => {
    let compared = 0
    for (const vector of vectors()) {
      const { id, config, changed_files: changedFiles, scope, cloud, requested } = vector
      // A change of build.yaml and an empty request select everything, which is decided elsewhere in the reference.
      if (vector.closure_added === undefined || changedFiles.includes('build.yaml') || requested.length === 0)
        continue
      compared += 1
      const { steps, built } = selectSteps(fileOf(config), {
        scope,
        cloud: cloud ?? undefined,
        changedFiles,
        labels: [],
      })
      const names = steps.map((step) => step.name)
      expect([id, names.filter((name) => !requested.includes(name)).sort()]).toEqual([
        id,
        [...vector.closure_added].sort(),
      ])
      expect([id, names.filter((name) => !built.has(name)).sort()]).toEqual([
        id,
        [...(vector.not_built ?? [])].sort(),
      ])
    }
    expect(compared).toBeGreaterThan(80)
  })
})

const FILE = `
alwaysRunSteps: [checkout]
steps:
  - {kind: runImage, name: checkout, image: x, script: x}
  - {kind: runImage, name: lint, image: x, script: x, dependsOn: [checkout], inputs: [{from: /repo/src, to: /io/src}]}
  - {kind: runImage, name: docs, image: x, script: x, dependsOn: [checkout], inputs: [{from: /repo/docs, to: /io/docs}]}
  - {kind: runImage, name: publish, image: x, script: x, scopes: [deploy], dependsOn: [docs]}
  - {kind: runImage, name: azure, image: x, script: x, clouds: [azure]}
  - {kind: runImage, name: asked, image: x, script: x, runIfRequested: true}
  - {kind: runImage, name: slow, image: x, script: x, scopes: [deploy], forceIfLabeled: [run-slow], dependsOn: [lint]}
`

const builtFor = (request: Partial<SelectionRequest>, text = FILE): ReadonlyArray<string> => [
  ...selectSteps(decoded(text), { scope: 'test', cloud: 'gcp', changedFiles: [], labels: [], ...request })
    .built,
]

test('changed files select the steps they concern and what these need', () => {
  expect(builtFor({ changedFiles: ['src/a.ts'] })).toEqual(['checkout', 'lint'])
  expect(builtFor({ changedFiles: ['srcs/a.ts'] })).toEqual(['checkout'])
  expect(builtFor({ changedFiles: ['docs/x', 'src'] })).toEqual(['checkout', 'lint', 'docs'])
})

test('the label, a change of build.yaml and a deploy select everything in scope and cloud', () => {
  const everything = ['checkout', 'lint', 'docs']
  expect(builtFor({ changedFiles: ['README'], labels: ['rerun all tests'] })).toEqual(everything)
  expect(builtFor({ changedFiles: ['build.yaml'] })).toEqual(everything)
  expect(builtFor({ changedFiles: ['sub/build.yaml'] })).toEqual(['checkout'])
  expect(builtFor({ changedFiles: undefined, scope: 'deploy', cloud: 'azure' })).toEqual([
    'checkout',
    'lint',
    'docs',
    'publish',
    'azure',
    'slow',
  ])
})

test('a label forces its step out of scope, with what it needs', () => {
  expect(builtFor({ changedFiles: ['README'], labels: ['run-slow'] })).toEqual(['checkout', 'lint', 'slow'])
})

test('a change that no step is interested in runs everything: it must not pass untested', () => {
  expect(builtFor({ changedFiles: ['README'] }, FILE.replace('alwaysRunSteps: [checkout]', ''))).toEqual([
    'checkout',
    'lint',
    'docs',
  ])
})
