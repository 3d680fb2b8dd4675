import { dirname, join } from 'node:path'
import type { JobRequest } from '../wire/request.js'

/** Every process of a job carries it, so that a later life of the service finds even those that left their group. */
const MARK = 'HEADGATE_LOCAL_BATCH'

/** Start of the marked variable of all processes of a service, or of one batch of it. */
export const markPrefix = (instance: string, batchId?: number): string =>
  `${MARK}=${instance}/${batchId === undefined ? '' : `${batchId}/`}`

/** The marked variable alone. */
export const markOf = (env: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  [MARK]: env[MARK] ?? '',
})

// The directory of this Node is included so that scripts have node and npm wherever they are installed.
export const PATH = [
  ...new Set([
    '/usr/local/sbin',
    '/usr/local/bin',
    '/usr/sbin',
    '/usr/bin',
    '/sbin',
    '/bin',
    dirname(process.execPath),
  ]),
].join(':')

/**
 * The whole environment of a job: a fixed minimum, its own `env` and its identity. Nothing is inherited from the
 * service, whose environment may hold secrets.
 */
export const environmentOf = (
  spec: JobRequest,
  identity: {
    readonly instance: string
    readonly batchId: number
    readonly jobId: number
    readonly attempt: number
    readonly scratch: string
  },
): Readonly<Record<string, string>> => ({
  PATH,
  LANG: 'C.UTF-8',
  HOME: join(identity.scratch, 'home'),
  TMPDIR: join(identity.scratch, 'tmp'),
  // A script must never wait for somebody to type a password.
  GIT_TERMINAL_PROMPT: '0',
  ...Object.fromEntries((spec.env ?? []).map(({ name, value }) => [name, value])),
  HAIL_BATCH_ID: String(identity.batchId),
  HAIL_JOB_ID: String(identity.jobId),
  HAIL_ATTEMPT_ID: String(identity.attempt),
  HAIL_REGION: 'local',
  [MARK]: `${identity.instance}/${identity.batchId}/${identity.jobId}/${identity.attempt}`,
})
