/** `headgate.yaml` as written: shape only. */
import * as t from 'io-ts'
import { listOf, mapping, port, text } from './codec.js'

const httpUrl = text('an http or https address', (s) => /^https?:\/\/[^\s]+$/.test(s) && URL.canParse(s))
const repository = text('a repository as owner/name', (s) => /^[\w.-]+\/[\w.-]+$/.test(s))
const branch = text('a branch name', (s) => /^[^\s~^:?*[\\]+$/.test(s) && !s.startsWith('-'))

/** The App's number, or its client id. */
const appId = new t.Type<string, string>(
  'the id of a GitHub App',
  t.string.is,
  (u, c) =>
    (typeof u === 'string' || typeof u === 'number') && /^[A-Za-z0-9.]+$/.test(String(u))
      ? t.success(String(u))
      : t.failure(u, c, 'expected the id of a GitHub App'),
  t.identity,
)

const app = mapping(
  { id: appId },
  { privateKeyFile: text('a file name'), privateKeyEnv: text('the name of an environment variable') },
)

const github = mapping(
  {},
  {
    app,
    apiUrl: httpUrl,
    /** Where repositories are cloned from: `{gitUrl}/owner/name.git`. */
    gitUrl: httpUrl,
    tokenFile: text('a file name'),
    tokenEnv: text('the name of an environment variable'),
    webhookSecretFile: text('a file name'),
    webhookSecretEnv: text('the name of an environment variable'),
    /** Still accepted while the secret is being changed. */
    previousWebhookSecretFile: text('a file name'),
    previousWebhookSecretEnv: text('the name of an environment variable'),
    /** Whether each pull request gets a comment that says where it stands. */
    comment: t.boolean,
    /** What people address in comments. */
    bot: text('a user name', (s) => /^[A-Za-z\d][A-Za-z\d-]{0,38}$/.test(s)),
  },
)

const installation = mapping(
  {
    ciUtilsImage: text('an image'),
    buildkitImage: text('an image'),
    dockerPrefix: text('a registry, such as registry.example.org/acme'),
    domain: text('a domain'),
  },
  { defaultNamespace: text('a namespace') },
)

const batch = mapping(
  {
    url: httpUrl,
    billingProject: text('a billing project'),
    storageUri: text('a storage address, such as gs://bucket'),
  },
  {
    tokenFile: text('a file name'),
    tokenEnv: text('the name of an environment variable'),
    namespace: text('a namespace'),
    cloud: text('a cloud'),
    user: text('a user name'),
    global: t.UnknownRecord,
    installation,
  },
)

const http = mapping(
  {},
  {
    host: text('a host name or address'),
    port,
    publicUrl: httpUrl,
    operatorTokenFile: text('a file name'),
    operatorTokenEnv: text('the name of an environment variable'),
  },
)

const watched = mapping(
  { repository, branch },
  { policy: t.UnknownRecord, engine: t.union([t.string, t.UnknownRecord]) },
)

/** The whole file. */
export const ConfigFile = mapping(
  { github, stateDir: text('a directory'), branches: listOf(watched) },
  { http, batch },
)
export type ConfigFile = t.TypeOf<typeof ConfigFile>
