/** The embedded default: a local GitHub and a local Batch, on real git and real processes, in one directory. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { startLocalBatch, type LocalBatch, type LocalBatchError } from '@headgate/adapters-batch/local'
import { startLocalGithub, type LocalGithub, type LocalGithubError } from '@headgate/adapters-github/local'
import { problem, type Problem } from '../problem.js'
import { onSomePort } from './ports.js'

export interface LocalWorld {
  readonly github: LocalGithub
  readonly batch: LocalBatch
  readonly close: () => Promise<void>
}

export interface LocalWorldOptions {
  readonly stateDir: string
  readonly githubPort: number | undefined
  readonly batchPort: number | undefined
  readonly rememberedBatchPort: number | undefined
}

const githubDir = (stateDir: string): string => join(stateDir, 'github')
const batchDir = (stateDir: string): string => join(stateDir, 'batch')

/** Where the repository lies on this machine; jobs clone from here, so that they don't depend on a port. */
export const repositoryDir = (stateDir: string, repository: string): string =>
  join(githubDir(stateDir), 'git', `${repository.toLowerCase()}.git`)

/** Where the service keeps its own copies of repositories. */
export const mirrorDir = (stateDir: string): string => join(stateDir, 'mirror')

const githubProblem = (error: LocalGithubError): Problem =>
  problem(
    error.code,
    error.place,
    error.sentence,
    error.code === 'port_in_use' ? 'Stop what listens there, or choose another --github-port.' : error.remedy,
  )

const batchProblem = (dir: string, error: LocalBatchError): Problem =>
  problem(
    error.code,
    `local Batch in ${dir}`,
    error.sentence,
    error.code === 'port-in-use' ? 'Stop what listens there, or choose another --batch-port.' : error.remedy,
  )

/** Starts both, going on where they stopped. */
export const startLocalWorld = async (options: LocalWorldOptions): Promise<E.Either<Problem, LocalWorld>> => {
  const { stateDir, githubPort, batchPort } = options
  const github = await startLocalGithub({
    dir: githubDir(stateDir),
    ...(githubPort === undefined ? {} : { port: githubPort }),
  })()
  if (E.isLeft(github)) return E.left(githubProblem(github.left))
  const dir = batchDir(stateDir)
  const batch = await onSomePort(
    batchPort,
    options.rememberedBatchPort,
    (error: LocalBatchError) => error.code === 'port-in-use',
    (port) => startLocalBatch({ dir, port })(),
  )
  if (E.isLeft(batch)) {
    await github.right.close()
    return E.left(batchProblem(dir, batch.left))
  }
  return E.right({
    github: github.right,
    batch: batch.right,
    close: async () => {
      await batch.right.close()
      await github.right.close()
    },
  })
}

/** Removes what an interrupted seeding left, so that it begins at nothing. */
export const clearLocalWorld = (stateDir: string): void => {
  for (const dir of [githubDir(stateDir), batchDir(stateDir), mirrorDir(stateDir), join(stateDir, 'sample')])
    rmSync(dir, { recursive: true, force: true, maxRetries: 3 })
}
