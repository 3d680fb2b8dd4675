import type { Failure } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { readToken, type TokenProvider } from '../client.js'
import { permanent, transient } from '../failure.js'
import { said, type Git, type GitRun } from './git.js'

/** The forge's side of a mirror. */
export interface Remote {
  /** Such as `https://github.com/acme/app.git`. */
  readonly url: string
  /** None: the repository is read and written without credentials. */
  readonly token?: TokenProvider
  readonly credential?: string
  /** Per transfer, in milliseconds. */
  readonly timeoutMs: number
}

/** The credential as a setting that only requests to this very repository carry. */
const authorization = async (
  remote: Remote,
): Promise<E.Either<Failure, ReadonlyArray<readonly [string, string]>>> => {
  if (remote.token === undefined) return E.right([])
  const secret = await readToken(remote.token, remote.credential ?? 'the GitHub token')
  if (E.isLeft(secret)) return secret
  const basic = Buffer.from(`x-access-token:${secret.right}`).toString('base64')
  return E.right([[`http.${remote.url}.extraHeader`, `Authorization: Basic ${basic}`]])
}

/** Runs a git command that talks to the forge; `Left` only when the credential can't be had. */
export const talk = async (
  git: Git,
  remote: Remote,
  args: ReadonlyArray<string>,
): Promise<E.Either<Failure, GitRun>> => {
  const settings = await authorization(remote)
  if (E.isLeft(settings)) return settings
  return E.right(await git(args, { settings: settings.right, timeoutMs: remote.timeoutMs }))
}

/**
 * What a transfer died of. Transfers are repeatable (fetches, forced pushes of one commit), so all is transient but a
 * push that the forge's rules reject; a refused credential too heals by itself when its owner renews it.
 */
export const transferFault = (doing: string, run: GitRun): Failure => {
  if (run.timedOut) return transient('Timeout', `git could not ${doing} in time.`)
  if (/Authentication failed|could not read Username|requested URL returned error: 40[13]/.test(run.stderr))
    return transient('BadCredentials', `GitHub does not let git ${doing} with this credential: ${said(run)}`)
  if (/\[remote rejected\]|pre-receive hook declined|protected branch/i.test(run.stderr))
    return permanent('PushRejected', `GitHub did not let git ${doing}: ${said(run)}`)
  return transient('GitTransfer', `git could not ${doing}: ${said(run)}`)
}
