/** `headgate start`, as asked for: everything checked before anything is made. */
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { LandingMode } from '@headgate/core'
import { hasGit } from '../local/git.js'
import { readMarker, type Marker, type StrategyName } from '../local/marker.js'
import { inspectSource, type SourceRepository } from '../local/source.js'
import { problem, type Problem } from '../problem.js'
import type { LogLevel } from '../shell/log.js'
import { readBuildFile } from './buildFile.js'
import { checkReportFile } from './reportFile.js'

/** As commander gives them. */
export interface StartFlags {
  readonly repo?: string
  readonly buildYaml?: string
  readonly once?: true
  readonly report?: string
  readonly landing?: LandingMode
  readonly strategy?: StrategyName
  readonly stateDir: string
  readonly port?: number
  readonly githubPort?: number
  readonly batchPort?: number
  readonly logLevel: LogLevel
}

/** What is to be put on the local GitHub, unless it is there already. */
export type Origin =
  | { readonly _tag: 'Sample' }
  | { readonly _tag: 'Repository'; readonly source: SourceRepository; readonly buildFile: string | undefined }

export interface StartPlan {
  readonly flags: StartFlags
  /** Absolute. */
  readonly stateDir: string
  readonly marker: Marker | undefined
  readonly origin: Origin
  readonly landing: LandingMode
  readonly strategy: StrategyName
  readonly reportFile: string | undefined
}

/** How the marker names an origin. */
export const originName = (origin: Origin): string =>
  origin._tag === 'Sample' ? 'sample' : origin.source.path

const originOf = async (flags: StartFlags): Promise<E.Either<Problem, Origin>> => {
  if (flags.repo === undefined)
    return flags.buildYaml === undefined
      ? E.right({ _tag: 'Sample' })
      : E.left(
          problem(
            'build-yaml',
            '--build-yaml',
            'The sample has its own build.yaml.',
            'Give --repo PATH as well.',
          ),
        )
  const buildFile = flags.buildYaml === undefined ? E.right(undefined) : readBuildFile(flags.buildYaml)
  if (E.isLeft(buildFile)) return buildFile
  const source = await inspectSource(flags.repo)
  return E.isLeft(source)
    ? source
    : E.right({ _tag: 'Repository', source: source.right, buildFile: buildFile.right })
}

const otherOrigin = (dir: string, marker: Marker): Problem => {
  const has = marker.origin === 'sample' ? 'the sample repository' : marker.origin
  return problem(
    'state-other',
    dir,
    `This state is of ${has}.`,
    'Use another --state-dir, or remove this one to begin anew.',
  )
}

const clash = (
  flags: StartFlags,
  stateDir: string,
  marker: Marker | undefined,
  origin: Origin,
): Problem | undefined =>
  marker !== undefined &&
  marker.made !== null &&
  flags.repo !== undefined &&
  marker.origin !== originName(origin)
    ? otherOrigin(stateDir, marker)
    : undefined

/** What the queue is served with; undefined words are those of the last start. */
const wayOf = (
  flags: StartFlags,
  marker: Marker | undefined,
): E.Either<Problem, Pick<StartPlan, 'landing' | 'strategy'>> => {
  const landing = flags.landing ?? marker?.landing ?? 'fast-forward'
  const strategy = flags.strategy ?? marker?.strategy ?? 'serial'
  return strategy === 'serial' || landing === 'fast-forward'
    ? E.right({ landing, strategy })
    : E.left(
        problem(
          'strategy',
          '--strategy',
          `"${strategy}" lands several pull requests as one chain, which only fast-forward landing can do.`,
          'Give --landing fast-forward, or --strategy serial.',
        ),
      )
}

/** Checks everything that can be checked without writing. */
export const planStart = async (flags: StartFlags): Promise<E.Either<Problem, StartPlan>> => {
  if (!(await hasGit()))
    return E.left(problem('git', 'git', 'git can not be run.', 'Install git and put it on the PATH.'))
  const report = flags.report === undefined ? E.right(undefined) : checkReportFile(flags.report)
  if (E.isLeft(report)) return report
  const origin = await originOf(flags)
  if (E.isLeft(origin)) return origin
  const stateDir = resolve(flags.stateDir)
  const marker = readMarker(stateDir)
  if (E.isLeft(marker)) return marker
  const refused = clash(flags, stateDir, marker.right, origin.right)
  if (refused !== undefined) return E.left(refused)
  const way = wayOf(flags, marker.right)
  if (E.isLeft(way)) return way
  return E.right({
    flags,
    stateDir,
    marker: marker.right,
    origin: origin.right,
    ...way.right,
    reportFile: report.right,
  })
}
