import Database from 'libsql'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import type { LocalGithubError } from '../failure.js'

/**
 * Takes a state directory for this server alone; the right gives it back. The lock is a transaction that never ends on
 * a file of its own: the system drops it with the process, however that dies. (Not on the state itself: libsql keeps a
 * closed connection, and so its locks, until the garbage collector has seen the last prepared statement.)
 */
export const holdDirectory = (dir: string): E.Either<LocalGithubError, () => void> => {
  const place = join(dir, 'in-use.sqlite')
  try {
    mkdirSync(dir, { recursive: true })
    const lock = new Database(place)
    lock.exec('PRAGMA busy_timeout = 100')
    lock.exec('BEGIN EXCLUSIVE')
    return E.right(() => {
      lock.exec('ROLLBACK')
      lock.close()
    })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return E.left(
      reason.includes('database is locked')
        ? {
            code: 'state_in_use',
            sentence: 'Another local GitHub is running on this directory.',
            place: dir,
            remedy: 'Stop it, or point this one at another directory.',
          }
        : {
            code: 'state_unusable',
            sentence: `The local GitHub's directory can't be used: ${reason}`,
            place: dir,
            remedy: 'Make the directory writable, or point the local GitHub at another one.',
          },
    )
  }
}
