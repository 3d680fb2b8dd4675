import { createHmac, timingSafeEqual } from 'node:crypto'

const matches = (secret: string, body: Uint8Array, claimed: Buffer): boolean =>
  timingSafeEqual(createHmac('sha256', secret).update(body).digest(), claimed)

/**
 * Was this body signed with one of the secrets? `header` is GitHub's `X-Hub-Signature-256`, over the raw bytes. Several
 * secrets serve their rotation; each is compared in constant time and an empty one never matches.
 */
export const verifySignature = (
  secrets: ReadonlyArray<string>,
  body: Uint8Array,
  header: string | null,
): boolean => {
  const hex = /^sha256=([0-9a-f]{64})$/.exec(header ?? '')?.[1]
  if (hex === undefined) return false
  const claimed = Buffer.from(hex, 'hex')
  return secrets
    .filter((secret) => secret !== '')
    .map((secret) => matches(secret, body, claimed))
    .includes(true)
}
