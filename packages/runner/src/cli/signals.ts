/** Ctrl-C and its kin. */
export type StopSignal = 'SIGINT' | 'SIGTERM'

/** One Ctrl-C may arrive twice: from the terminal, and handed on by npm. */
const ECHO_MS = 1000

/** Resolves at the first signal; a later one ends the process at once. */
export const untilSignal = (): Promise<StopSignal> =>
  new Promise((stop) => {
    let asked: number | undefined
    const onSignal = (signal: StopSignal) => (): void => {
      if (asked !== undefined && Date.now() - asked > ECHO_MS) process.exit(130)
      asked ??= Date.now()
      stop(signal)
    }
    process.on('SIGINT', onSignal('SIGINT'))
    process.on('SIGTERM', onSignal('SIGTERM'))
  })
