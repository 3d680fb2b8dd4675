/** The secrets that the configuration names, section by section. */
import * as E from 'fp-ts/lib/Either.js'
import { finding, type Finding, type Path } from './document.js'
import type { ConfigFile } from './file.js'
import { secretOf, type Secret } from './secret.js'

/** How the service proves to GitHub who it is. */
export type Credential =
  | { readonly _tag: 'Token'; readonly token: Secret }
  | { readonly _tag: 'App'; readonly id: string; readonly privateKey: Secret }

/** The secret of a section; undefined where it names none. */
export const optionalIn = (
  section: Path,
  key: string,
  given: Readonly<Record<string, unknown>>,
  dir: string,
): E.Either<Finding, Secret | undefined> =>
  E.mapLeft((why: string) => finding(section, `"${section.join('.')}": ${why}.`, 'Keep one of them.'))(
    secretOf(given, key, dir),
  )

/** The secret of a section, which must name one. */
export const secretIn = (
  section: Path,
  key: string,
  given: Readonly<Record<string, unknown>>,
  dir: string,
): E.Either<Finding, Secret> => {
  const secret = optionalIn(section, key, given, dir)
  if (E.isLeft(secret)) return secret
  return secret.right === undefined
    ? E.left(
        finding(
          section,
          `"${section.join('.')}": "${key}File" or "${key}Env" is missing.`,
          'Add one of them.',
        ),
      )
    : E.right(secret.right)
}

/** The App or the token; one of them. */
export const credentialOf = ({ github }: ConfigFile, dir: string): E.Either<Finding, Credential> => {
  if (github.app === undefined)
    return E.map((token: Secret): Credential => ({ _tag: 'Token', token }))(
      secretIn(['github'], 'token', github, dir),
    )
  if (github.tokenFile !== undefined || github.tokenEnv !== undefined)
    return E.left(
      finding(['github', 'app'], '"github": an App and a token are both given.', 'Keep one of them.'),
    )
  const { id } = github.app
  return E.map((privateKey: Secret): Credential => ({ _tag: 'App', id, privateKey }))(
    secretIn(['github', 'app'], 'privateKey', github.app, dir),
  )
}

/** The secret of the webhook, and the one before it while that is still accepted. */
export const webhookSecretsOf = (
  { github }: ConfigFile,
  dir: string,
): E.Either<Finding, ReadonlyArray<Secret>> => {
  const present = secretIn(['github'], 'webhookSecret', github, dir)
  if (E.isLeft(present)) return present
  return E.map((previous: Secret | undefined) =>
    previous === undefined ? [present.right] : [present.right, previous],
  )(optionalIn(['github'], 'previousWebhookSecret', github, dir))
}
