/** Of our own environment only what git needs to be found and to reach the network. */
const PASSED_ON = [
  ...['PATH', 'TMPDIR', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'GIT_SSL_CAINFO'],
]

/** Settings as environment variables: unlike arguments they do not show in the process list. */
const configured = (settings: ReadonlyArray<readonly [string, string]>): Record<string, string> =>
  Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(settings.length)],
    ...settings.flatMap(([key, value], i) => [
      [`GIT_CONFIG_KEY_${i}`, key],
      [`GIT_CONFIG_VALUE_${i}`, value],
    ]),
  ]) as Record<string, string>

/**
 * Settings of every git process. Packs are kept as they come (`unpackLimit`), because a fetch that is killed while it
 * unpacks leaves commits without their trees; housekeeping stays in the foreground, inside the queue.
 */
const settingsFor = (gitDir: string): ReadonlyArray<readonly [string, string]> => [
  ['safe.directory', gitDir],
  ['core.hooksPath', '/dev/null'],
  ['core.quotePath', 'false'],
  ['credential.helper', ''],
  ['fetch.unpackLimit', '1'],
  ['gc.autoDetach', 'false'],
  ['http.lowSpeedLimit', '100'],
  ['http.lowSpeedTime', '60'],
]

/** The whole environment of a git process: nothing of a user's or the machine's git configuration, no prompts. */
export const gitEnvironment = (
  gitDir: string,
  settings: ReadonlyArray<readonly [string, string]>,
): Record<string, string> => ({
  ...Object.fromEntries(
    PASSED_ON.flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    }),
  ),
  LC_ALL: 'C',
  HOME: '/nonexistent',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  ...configured([...settingsFor(gitDir), ...settings]),
})
