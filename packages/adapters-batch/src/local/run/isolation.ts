import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** How jobs are kept apart from this machine: by bubblewrap, or not at all. */
export type Isolation = 'bubblewrap' | 'none'

/** What one job may see. */
export type Cell = {
  readonly command: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
  readonly scratch: string
  /** Readable besides the system: the repository that jobs clone, say. */
  readonly visible: ReadonlyArray<string>
  readonly hasNetwork: boolean
}

/** The parts of a system that programs need to run; nobody keeps secrets there that other users may not read. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix/store']

/** Of /etc only what names users, hosts, time, libraries and certificates. */
const ETC = [
  'passwd',
  'group',
  'hosts',
  'resolv.conf',
  'nsswitch.conf',
  'localtime',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'ssl/certs',
  'ca-certificates',
  'alternatives',
  'protocols',
  'services',
].map((name) => `/etc/${name}`)

const bindings = (option: string, paths: ReadonlyArray<string>): ReadonlyArray<string> =>
  paths.flatMap((path) => [option, path, path])

const BWRAP = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'].find((path) => existsSync(path))

const APART = [
  '--die-with-parent',
  '--unshare-user-try',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup-try',
]

const ROOT = [
  ...bindings('--ro-bind-try', [...SYSTEM, ...ETC, dirname(dirname(process.execPath))]),
  ...['--proc', '/proc', '--dev', '/dev'],
]

/**
 * The command, within bubblewrap: a read-only system, a /tmp and /io of the job's own, no process and no file of the
 * service, no network unless asked. It dies with what started it. The environment is set inside only: a variable such
 * as LD_PRELOAD must not be heeded outside.
 */
export const bubblewrapped = (cell: Cell): ReadonlyArray<string> => [
  BWRAP ?? 'bwrap',
  ...APART,
  ...(cell.hasNetwork ? [] : ['--unshare-net']),
  ...ROOT,
  ...['--bind', join(cell.scratch, 'tmp'), '/tmp'],
  ...['--bind', join(cell.scratch, 'io'), '/io'],
  ...bindings('--ro-bind-try', cell.visible),
  ...bindings('--bind', [cell.scratch]),
  ...['--chdir', cell.scratch, '--clearenv'],
  ...Object.entries(cell.env).flatMap(([name, value]) => ['--setenv', name, value]),
  // So that a command that is not there ends with 127, as it does outside.
  ...['--', '/usr/bin/env', '--', ...cell.command],
]

/** Whether a sandbox can be made here: installed, and allowed by the kernel. */
const canSandbox = (): boolean => {
  if (BWRAP === undefined) return false
  try {
    execFileSync(BWRAP, [...APART, '--unshare-net', ...ROOT, '--', 'true'], {
      stdio: 'ignore',
      timeout: 10_000,
    })
    return true
  } catch {
    return false
  }
}

/** The best isolation that this machine allows. */
export const bestIsolation = (): Isolation => (canSandbox() ? 'bubblewrap' : 'none')
