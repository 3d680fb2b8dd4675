import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { codeOf } from '../problem.js'

const isDirectory = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/**
 * Makes a directory and those above it, for this user alone. Throws what the system says. (Node's own recursive
 * `mkdir` never returns where a file system takes no directories, such as /proc.)
 */
export const makeDir = (path: string): void => {
  if (isDirectory(path)) return
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    const parent = dirname(path)
    if (codeOf(cause) !== 'ENOENT' || parent === path || isDirectory(parent)) throw cause
    makeDir(parent)
    mkdirSync(path, { mode: 0o700 })
  }
}
