import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

/**
 * Gives the bearer token of a call. `rejected` is the token that the service has just refused: a source that keeps
 * tokens must then get a new one.
 */
export type TokenSource = (rejected?: string) => Promise<string>

const nonEmpty = (text: string, place: string): string => {
  const token = text.trim()
  if (token === '') throw new Error(`${place} gives an empty token`)
  return token
}

/** The token in a file. It is read at every call, so it is renewed by writing the file. */
export const tokenFromFile =
  (path: string): TokenSource =>
  async () =>
    nonEmpty(await readFile(path, 'utf8'), path)

/**
 * The token that a command prints, such as `gcloud auth print-access-token`. It is kept for `keptForMs` (five minutes
 * when absent), and asked for anew as soon as the service refuses it. Calls that need it at the same time share one run.
 */
export const tokenFromCommand = (
  command: readonly [string, ...ReadonlyArray<string>],
  options: { readonly keptForMs?: number; readonly now?: () => number } = {},
): TokenSource => {
  const now = options.now ?? Date.now
  const [file, ...args] = command
  let kept: { readonly token: Promise<string>; readonly until: number } | undefined
  const fresh = async (): Promise<string> =>
    nonEmpty((await promisify(execFile)(file, args, { timeout: 30_000 })).stdout, file)
  return async (rejected) => {
    const known =
      kept !== undefined && now() < kept.until ? await kept.token.catch(() => undefined) : undefined
    if (known !== undefined && known !== rejected) return known
    kept = { token: fresh(), until: now() + (options.keptForMs ?? 300_000) }
    return kept.token
  }
}
