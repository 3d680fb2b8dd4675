/** Who may speak to the service from a browser, and who may operate it. */
import { timingSafeEqual } from 'node:crypto'

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** `host:port` without its port. */
const hostName = (host: string): string => host.replace(/:\d+$/, '').toLowerCase()

/**
 * Is the service addressed by one of its own names? A page of a stranger whose name was made to point here (DNS
 * rebinding) still carries the stranger's name. `names` are allowed beside the loopback ones.
 */
export const isOwnHost = (host: string | undefined, names: ReadonlyArray<string>): boolean =>
  host !== undefined &&
  (LOOPBACK.has(hostName(host)) || names.some((n) => n.toLowerCase() === hostName(host)))

/** What a browser says about where a request comes from. */
export interface Provenance {
  readonly host: string | undefined
  readonly origin: string | undefined
  /** `Sec-Fetch-Site`. */
  readonly site: string | undefined
}

const originHost = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host.toLowerCase() : undefined

/**
 * Was the request made by one of our own pages, or by no page at all (curl)? Every browser names the origin of a
 * cross-site POST, so a stranger's page can't press our buttons. `publicHost` is the name behind a proxy.
 */
export const isSameSite = (from: Provenance, publicHost: string | undefined): boolean => {
  if (from.site !== undefined && from.site !== 'same-origin' && from.site !== 'none') return false
  if (from.origin === undefined) return true
  const origin = originHost(from.origin)
  return origin !== undefined && (origin === from.host?.toLowerCase() || origin === publicHost?.toLowerCase())
}

/** Compares in constant time. */
export const isToken = (given: string | undefined, wanted: string): boolean => {
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
