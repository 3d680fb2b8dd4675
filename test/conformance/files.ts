/** Recordings on disk: JSON lines, plain or compressed (`.gz`, `.br`). */
import * as E from 'fp-ts/lib/Either.js'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { parseRecording, type Scenario } from './recording.js'

const decompress = (path: string, bytes: Buffer): Buffer =>
  path.endsWith('.br') ? brotliDecompressSync(bytes) : path.endsWith('.gz') ? gunzipSync(bytes) : bytes

const reasonOf = (e: unknown): string => (e instanceof Error ? e.message : String(e))

/** The scenarios of a file, or one sentence that says what is wrong with it. */
export const readRecording = (path: string): E.Either<string, ReadonlyArray<Scenario>> => {
  const text = E.tryCatch(
    () => decompress(path, readFileSync(path)).toString('utf8'),
    (e) => `${path} can't be read: ${reasonOf(e)}`,
  )
  if (E.isLeft(text)) return text
  const scenarios = parseRecording(path, text.right)
  return E.isRight(scenarios) && scenarios.right.length === 0
    ? E.left(`${path} holds no scenario.`)
    : scenarios
}

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/recordings/${name}.jsonl.br`, import.meta.url))

/** The recordings that are part of this repository. */
export const publicRecording = fixture('decisions-public')
export const quirksRecording = fixture('decisions-quirks')
