/** Structured logs, one JSON object per line; secrets never get in. */
import { dirname } from 'node:path'
import { makeDir } from '../store/makeDir.js'
import { destination, pino, type Logger } from 'pino'

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'child'>

/** The levels that `--log-level` takes. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

const SECRETS = [
  'token',
  'secret',
  'webhookSecret',
  'authorization',
  'password',
  'operatorToken',
  'privateKey',
]

const redact = {
  paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.headers.${name}`]),
  censor: '[redacted]',
}

/** A log that is appended to `file`. Written synchronously: the last line before a crash is the one that matters. */
export const openLog = (file: string, level: LogLevel): { readonly log: Log; readonly close: () => void } => {
  makeDir(dirname(file))
  const sink = destination({ dest: file, sync: true })
  const log = pino({ level, redact, base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink)
  return {
    log,
    close: () => {
      sink.end()
    },
  }
}

/** A log that keeps nothing: for embedders and tests. */
export const silentLog: Log = pino({ level: 'silent' })
