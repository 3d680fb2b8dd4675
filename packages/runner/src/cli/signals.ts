/** Ctrl-C and its kin. */
export type StopSignal = 'SIGINT' | 'SIGTERM'

/** Resolves at the first signal; a second one ends the process at once. */
export const untilSignal = (): Promise<StopSignal> =>
  new Promise((stop) => {
    let asked = false
    const onSignal = (signal: StopSignal) => (): void => {
      if (asked) process.exit(130)
      asked = true
      stop(signal)
    }
    process.on('SIGINT', onSignal('SIGINT'))
    process.on('SIGTERM', onSignal('SIGTERM'))
  })
