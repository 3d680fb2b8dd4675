/** The jobs of `createDatabase2`; their scripts are Hail CI's, byte for byte (github.com/hail-is/hail, MIT licence). */
import * as E from 'fp-ts/lib/Either.js'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { CreateDatabase2Step } from '../kinds/createDatabase2.js'
import { pythonJson } from '../pythonShell.js'
import { inputsOf, remoteOf, scriptJob } from './job.js'
import { ownerOf, type Installation, type PlanRequest, type TemplateData } from './request.js'
import { resolve, validation, type PlannedJob, type PlannedStep, type Result } from './resolve.js'

type Names = { readonly database: string; readonly admin: string; readonly user: string }

const namesOf = ({ name, databaseName }: CreateDatabase2Step, request: PlanRequest): Names => {
  if (request.scope === 'test')
    return {
      database: `${ownerOf(request)}-${databaseName}-${request.tokenOf(name)}`,
      // Too long a name would not be one for MySQL.
      admin: request.tokenOf(`${name}/admin`),
      user: request.tokenOf(`${name}/user`),
    }
  const database = request.scope === 'dev' ? `${ownerOf(request)}-${databaseName}` : databaseName
  return { database, admin: `${database}-admin`, user: `${database}-user` }
}

const passwordFile = (username: string): string => `/io/${username}.pwd`

const passwordsScript = ({ admin, user }: Names): string => `
set -ex

LC_ALL=C tr -dc '[:alnum:]' </dev/urandom | head -c 16 > ${passwordFile(admin)}
LC_ALL=C tr -dc '[:alnum:]' </dev/urandom | head -c 16 > ${passwordFile(user)}
`

const databaseScript = (config: unknown): string => `
set -ex

create_database_config='${pythonJson(config, 2)}'
python3 create_database.py <<EOF
$create_database_config
EOF
`

type Resolved = {
  readonly image: string
  readonly namespace: string
  readonly shutdowns: ReadonlyArray<object>
}

const resolveStep = (step: CreateDatabase2Step, context: TemplateData): Result<Resolved> =>
  sequenceS(validation)({
    image: resolve(step, 'image', step.image, context),
    namespace: resolve(step, 'namespace', step.namespace, context),
    shutdowns: RA.traverseWithIndex(validation)(
      (index, shutdown: CreateDatabase2Step['shutdowns'][number]) => {
        const namespace = resolve(step, `shutdowns.${index}.namespace`, shutdown.namespace, context)
        return E.isLeft(namespace) ? namespace : E.right({ ...shutdown, namespace: namespace.right })
      },
    )(step.shutdowns),
  })

/** What the job's program is told. */
const configOf = (
  step: CreateDatabase2Step,
  names: Names,
  resolved: Resolved,
  request: PlanRequest,
  cloud: string,
) => ({
  cloud,
  namespace: resolved.namespace,
  scope: request.scope,
  database_name: step.databaseName,
  _name: names.database,
  admin_username: names.admin,
  user_username: names.user,
  admin_password_file: passwordFile(names.admin),
  user_password_file: passwordFile(names.user),
  cant_create_database: false,
  migrations: step.migrations,
  shutdowns: resolved.shutdowns,
})

/** Two jobs: one invents the passwords, the next makes the database and migrates it. */
export const planCreateDatabase2 = (
  step: CreateDatabase2Step,
  context: TemplateData,
  request: PlanRequest,
  installation: Installation,
): Result<PlannedStep> => {
  const resolved = resolveStep(step, context)
  if (E.isLeft(resolved)) return resolved
  const { image, namespace } = resolved.right
  const names = namesOf(step, request)
  const files = [names.admin, names.user].map(passwordFile)
  // The paths begin with a slash of their own, so there are two; storage minds.
  const stored = (file: string): string => `${remoteOf(request)}/${file}`
  const passwords: PlannedJob = {
    ...scriptJob(`${step.name}_create_passwords`, image, passwordsScript(names), request),
    output_files: files.map((file) => ({ from: file, to: stored(file) })),
  }
  const config = configOf(step, names, resolved.right, request, installation.cloud)
  const database: PlannedJob = {
    ...scriptJob(step.name, image, databaseScript(config), request),
    input_files: [...inputsOf(step, request), ...files.map((file) => ({ from: stored(file), to: file }))],
    network: 'private',
    resources: { preemptible: false, cpu: request.scope === 'deploy' ? '4' : '1' },
    secrets: [{ namespace, name: 'database-server-config', mount_path: '/sql-config' }],
    service_account: { namespace, name: 'admin' },
  }
  return E.right({ jobs: [passwords, database], chained: true })
}
