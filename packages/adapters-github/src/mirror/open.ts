import type { Failure } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, transient } from '../failure.js'
import { mustRun, type Git } from './git.js'

/** Locks of git processes that died; the mirror is this process's alone, so whatever lies there is stale. */
const sweepLocks = async (gitDir: string): Promise<void> => {
  const top = (await readdir(gitDir)).map((name) => join(gitDir, name))
  const refs = (await readdir(join(gitDir, 'refs'), { recursive: true })).map((name) =>
    join(gitDir, 'refs', name),
  )
  const locks = [...top, ...refs].filter((path) => path.endsWith('.lock'))
  await Promise.all(locks.map((path) => rm(path, { force: true })))
}

/** Makes the bare repository unless it is there, and clears what a crash left. Safe to repeat. */
export const openRepository = async (git: Git, gitDir: string): Promise<E.Either<Failure, undefined>> => {
  try {
    await mkdir(gitDir, { recursive: true })
    const made = await mustRun(git, 'make the mirror', [
      ...['init', '--bare', '--quiet', '--template=', '--initial-branch=main', gitDir],
    ])
    if (E.isLeft(made)) return made
    await sweepLocks(gitDir)
    return E.right(undefined)
  } catch (thrown) {
    return E.left(transient('GitTrouble', `The mirror at ${gitDir} can't be opened: ${messageOf(thrown)}`))
  }
}
