import { execFile } from 'node:child_process'
import { copyFile, mkdir, realpath, rename, stat } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from '../error.js'

const run = promisify(execFile)

/** Whether something was there to copy. */
export type Copied = 'copied' | 'missing' | 'outside'

const kindOf = async (path: string): Promise<'file' | 'directory' | 'missing'> => {
  try {
    return (await stat(path)).isDirectory() ? 'directory' : 'file'
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR' || codeOf(cause) === 'ELOOP')
      return 'missing'
    throw cause
  }
}

/** Whether `path` really lies below `root` once links are followed. */
const inside = async (root: string, path: string): Promise<boolean> => {
  const [realRoot, realPath] = await Promise.all([realpath(root), realpath(path)])
  return realPath === realRoot || realPath.startsWith(realRoot + sep)
}

let copies = 0

/**
 * Copies a file, or a directory tree with its links and modes, to exactly `to`; a tree is merged into what is
 * there. A file appears whole or not at all. `fromRoot` and `toRoot` bound both ends, links followed.
 */
export const copyTree = async (
  from: string,
  fromRoot: string,
  to: string,
  toRoot: string,
): Promise<Copied> => {
  const kind = await kindOf(from)
  if (kind === 'missing') return 'missing'
  if (!(await inside(fromRoot, from))) return 'outside'
  const parent = kind === 'directory' ? to : dirname(to)
  await mkdir(parent, { recursive: true })
  if (!(await inside(toRoot, parent))) return 'outside'
  if (kind === 'directory') {
    await run('cp', ['-RPp', `${from}/.`, `${to}/`])
    return 'copied'
  }
  const partial = `${to}.partial-${process.pid}-${++copies}`
  await copyFile(from, partial)
  await rename(partial, to)
  return 'copied'
}
