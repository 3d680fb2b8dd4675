/** Ports are chosen free, and kept: links and webhooks of an earlier start go on working. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

const Ports = t.partial({ service: t.number, batch: t.number })
export type Ports = t.TypeOf<typeof Ports>

const FILE = 'ports.json'

/** The ports of last time; a file that can't be read is no ports. */
export const rememberedPorts = (dir: string): Ports => {
  try {
    const decoded = Ports.decode(JSON.parse(readFileSync(join(dir, FILE), 'utf8')))
    return E.isRight(decoded) ? decoded.right : {}
  } catch {
    return {}
  }
}

/** Keeps the ports for next time. Losing them costs nothing but old links. */
export const rememberPorts = (dir: string, ports: Ports): void => {
  writeFileSync(join(dir, FILE), JSON.stringify(ports), { mode: 0o600 })
}

/** Tries the wanted port, or else last time's, or else any free one; only a wanted one is insisted on. */
export const onSomePort = async <L, A>(
  wanted: number | undefined,
  remembered: number | undefined,
  isInUse: (error: L) => boolean,
  open: (port: number) => Promise<E.Either<L, A>>,
): Promise<E.Either<L, A>> => {
  const first = await open(wanted ?? remembered ?? 0)
  const again = E.isLeft(first) && wanted === undefined && remembered !== undefined && isInUse(first.left)
  return again ? open(0) : first
}
