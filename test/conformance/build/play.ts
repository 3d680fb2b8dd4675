/** Plays a recording of selections (`.jsonl`) or of jobs (`.json`). */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { decodeBuildFile, type BuildFile } from '@headgate/adapters-batch'
import { compareJobs, compareSelection, type Compared } from './compare.js'
import { referenceText } from './files.js'
import {
  decodeInputs,
  decodeJobs,
  decodeSelectionCase,
  type JobsRecording,
  type SelectionCase,
} from './recording.js'

type Played = E.Either<string, ReadonlyArray<Compared>>

const BUILD_FILES = ['hail-build.yaml', 'hail-test-resources-build.yaml']

const decoded = (what: string, text: string | undefined): E.Either<string, BuildFile> => {
  if (text === undefined) return E.left(`there is no ${what} with the recording or beside the checkout`)
  const file = decodeBuildFile(text)
  return E.isRight(file) ? file : E.left(`${what}:${file.left[0].line}: ${file.left[0].sentence}`)
}

const playSelections = (path: string, text: string): Played => {
  const files = new Map<string, E.Either<string, BuildFile>>()
  const fileOf = ({ config }: SelectionCase): E.Either<string, BuildFile> => {
    const known =
      files.get(config) ??
      (config === 'build.yaml'
        ? decoded('hail-build.yaml', referenceText(path, 'hail-build.yaml'))
        : decoded('config', config))
    files.set(config, known)
    return known
  }
  const compared: Compared[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const recorded = decodeSelectionCase(line)
    if (E.isLeft(recorded)) return E.left(`${path}:${index + 1}: ${recorded.left}`)
    const file = fileOf(recorded.right)
    if (E.isLeft(file)) return file
    compared.push(compareSelection(file.right, recorded.right))
  }
  return E.right(compared)
}

/** The build file that has the recording's steps. */
const buildFileOf = (path: string, recorded: JobsRecording): E.Either<string, BuildFile> => {
  const files = BUILD_FILES.map((name) => decoded(name, referenceText(path, name)))
  const fits = (file: BuildFile): boolean => {
    const names = new Set(file.steps.map(({ name }) => name))
    return recorded.steps.every((name) => names.has(name))
  }
  const found = files.find((file) => E.isRight(file) && fits(file.right))
  return found ?? files.find(E.isLeft) ?? E.left(`no build file has all steps of ${path}`)
}

const playJobs = (path: string, text: string): Played => {
  const recorded = decodeJobs(text)
  if (E.isLeft(recorded)) return E.left(`${path}: ${recorded.left}`)
  const name = `jobs-inputs-${recorded.right.cloud}.json`
  const inputs = decodeInputs(referenceText(path, name) ?? 'null')
  if (E.isLeft(inputs)) return E.left(`${name}: ${inputs.left}`)
  const file = buildFileOf(path, recorded.right)
  if (E.isLeft(file)) return file
  const manifestOf = (manifest: string) => referenceText(path, `hail-manifests/${manifest}`)
  const compared = compareJobs(file.right, recorded.right, inputs.right, manifestOf)
  return E.right(compared.map((one) => ({ ...one, case: `${basename(path)} ${one.case}` })))
}

/** Every case of a recording. Left: a sentence on why it cannot be played. */
export const play = (path: string): Played => {
  try {
    const text = readFileSync(path, 'utf8')
    return path.endsWith('.jsonl') ? playSelections(path, text) : playJobs(path, text)
  } catch (cause) {
    return E.left(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
}
