/** Secrets are named in the configuration, never written in it. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { codeOf, messageOf, problem, problemLine, type Problem } from '../problem.js'

/** Where a secret is kept. A file is read at every use, so that it may be renewed. */
export type Secret =
  { readonly _tag: 'File'; readonly path: string } | { readonly _tag: 'Env'; readonly name: string }

/** What an error text calls it; the secret itself is in no text. */
export const nameOfSecret = (secret: Secret): string =>
  secret._tag === 'File' ? `the secret in ${secret.path}` : `the secret in $${secret.name}`

/** Reads a secret; white space around it does not count. Left: absent or empty. */
export const readSecret = (
  secret: Secret,
  env: Readonly<Record<string, string | undefined>> = process.env,
): E.Either<Problem, string> => {
  const place = secret._tag === 'File' ? secret.path : `$${secret.name}`
  const remedy = 'Put the secret there, or name another place in the configuration.'
  const found = ((): E.Either<string, string> => {
    if (secret._tag === 'Env') return E.right(env[secret.name] ?? '')
    try {
      return E.right(readFileSync(secret.path, 'utf8'))
    } catch (cause) {
      return E.left(codeOf(cause) === 'ENOENT' ? 'there is no such file' : messageOf(cause))
    }
  })()
  if (E.isLeft(found))
    return E.left(problem('secret', place, `The secret can't be read: ${found.left}.`, remedy))
  const value = found.right.trim()
  return value === '' ? E.left(problem('secret', place, 'The secret is empty.', remedy)) : E.right(value)
}

/** Reads the secret at every use, so that it may be renewed; an unreadable one is a failed call, not a crash. */
export const provider = (secret: Secret) => (): Promise<string> => {
  const read = readSecret(secret)
  return E.isLeft(read) ? Promise.reject(new Error(problemLine(read.left))) : Promise.resolve(read.right)
}

/** The secret that `<key>File` or `<key>Env` names; undefined when neither does. Left: both do. */
export const secretOf = (
  given: Readonly<Record<string, unknown>>,
  key: string,
  dir: string,
): E.Either<string, Secret | undefined> => {
  const file = given[`${key}File`]
  const name = given[`${key}Env`]
  if (typeof file === 'string' && typeof name === 'string')
    return E.left(`"${key}File" and "${key}Env" are both given`)
  if (typeof file === 'string') return E.right({ _tag: 'File', path: resolve(dir, file) })
  return E.right(typeof name === 'string' ? { _tag: 'Env', name } : undefined)
}
