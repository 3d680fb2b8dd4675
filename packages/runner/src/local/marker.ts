/**
 * `headgate.json` at the root of a state directory says what the directory is, and whether seeding it was completed.
 * It is the first thing written and the last: a start that was killed in between finds `seeded: false` and seeds anew.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { LandingMode } from '@headgate/core'
import { strategies } from '../config/shorthand.js'
import { makeDir } from '../store/makeDir.js'
import { messageOf, problem, type Problem } from '../problem.js'

const FILE = 'headgate.json'
/** Raised when anything in the directory changes its form. */
const STATE_FORMAT = 1

const Made = t.type({
  /** `owner/name` at the local GitHub. */
  repository: t.string,
  branch: t.string,
  /** The head when everything began. */
  base: t.string,
  trustedAuthors: t.readonlyArray(t.string),
  /** Told at every start: branches that could not become pull requests and such. */
  notes: t.readonlyArray(t.string),
})
/** What seeding made. */
export type Made = t.TypeOf<typeof Made>

const StrategyName = t.keyof(strategies, 'StrategyName')
/** What `--strategy` may say. */
export type StrategyName = t.TypeOf<typeof StrategyName>

const Marker = t.intersection([
  t.type({
    format: t.literal(STATE_FORMAT),
    /** `sample`, or the absolute path of the imported repository. */
    origin: t.string,
    /** What `--landing` last said; a start that says nothing keeps it. */
    landing: LandingMode,
    /** None until seeding is complete. */
    made: t.union([Made, t.null]),
  }),
  t.partial({
    /** What `--strategy` last said, likewise. */
    strategy: StrategyName,
  }),
])
export type Marker = t.TypeOf<typeof Marker>

const REMEDY = 'Use another --state-dir, or the version of headgate that wrote it.'

/** Durable when it returns: the file, then its name. */
export const writeMarker = (dir: string, marker: Marker): void => {
  const [file, partial] = [join(dir, FILE), join(dir, `${FILE}.partial`)]
  const fd = openSync(partial, 'w', 0o600)
  writeSync(fd, `${JSON.stringify(marker, undefined, 2)}\n`)
  fsyncSync(fd)
  closeSync(fd)
  renameSync(partial, file)
  for (const path of [dir, dirname(dir)]) {
    const directory = openSync(path, 'r')
    fsyncSync(directory)
    closeSync(directory)
  }
}

const decode = (dir: string): E.Either<Problem, Marker> => {
  const file = join(dir, FILE)
  try {
    const raw: unknown = JSON.parse(readFileSync(file, 'utf8'))
    const format = t.type({ format: t.unknown }).decode(raw)
    const marker = Marker.decode(raw)
    if (E.isRight(marker)) return marker
    const given = E.isRight(format) ? JSON.stringify(format.right.format) : 'none'
    const sentence = `The state directory has format ${given}; this program reads format ${STATE_FORMAT}.`
    return E.left(problem('state-version', file, sentence, REMEDY))
  } catch (cause) {
    return E.left(problem('state-version', file, `It can't be read (${messageOf(cause)}).`, REMEDY))
  }
}

/** Reads the marker of a state directory; undefined for a directory that is new or empty. Writes nothing. */
export const readMarker = (dir: string): E.Either<Problem, Marker | undefined> => {
  if (!existsSync(dir)) return E.right(undefined)
  if (existsSync(join(dir, FILE))) return decode(dir)
  try {
    const others = readdirSync(dir).filter((name) => name !== `${FILE}.partial`)
    return others.length === 0
      ? E.right(undefined)
      : E.left(
          problem(
            'state-version',
            dir,
            `It is not a state directory of headgate (no ${FILE}).`,
            'Name an empty or new directory with --state-dir.',
          ),
        )
  } catch (cause) {
    return E.left(
      problem(
        'state-unusable',
        dir,
        `It can't be read (${messageOf(cause)}).`,
        'Name another directory with --state-dir.',
      ),
    )
  }
}

/** Makes the directory, for this user alone. */
export const makeStateDir = (dir: string): E.Either<Problem, void> => {
  try {
    makeDir(dir)
    return E.right(undefined)
  } catch (cause) {
    return E.left(
      problem(
        'state-unusable',
        dir,
        `It can't be made (${messageOf(cause)}).`,
        'Name another directory with --state-dir.',
      ),
    )
  }
}
