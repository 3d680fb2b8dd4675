import { timingSafeEqual } from 'node:crypto'
import { ensureUser } from './store/lookups.js'
import type { UserRow } from './store/rows.js'
import type { World } from './world.js'

/** The user that the plain token acts as. */
export const BOT_LOGIN = 'headgate[bot]'

/** The token that acts as `login`. */
export const tokenFor = (token: string, login: string): string => `${token}:${login}`

/** Who a request comes from: nobody in particular, a user, or somebody with a wrong token. */
export type Caller =
  | { readonly _tag: 'Anonymous' }
  | { readonly _tag: 'Known'; readonly user: UserRow }
  | { readonly _tag: 'BadCredentials' }

const same = (a: string, b: string): boolean => {
  const x = Buffer.from(a)
  const y = Buffer.from(b)
  return x.length === y.length && timingSafeEqual(x, y)
}

const LOGIN = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,99})(?:\[bot\])?$/

const credential = (header: string): string | null => {
  const [, scheme = '', value = ''] = /^(\S+)\s+(.+)$/.exec(header.trim()) ?? []
  switch (scheme.toLowerCase()) {
    case 'bearer':
    case 'token':
      return value
    case 'basic': {
      const text = Buffer.from(value, 'base64').toString()
      const [user = '', ...rest] = text.split(':')
      // git and old clients send the token as the password, some as the user name.
      return rest.join(':') === '' || rest.join(':') === 'x-oauth-basic' ? user : rest.join(':')
    }
    default:
      return null
  }
}

/** Reads an `Authorization` header: bearer, token, or Basic with any user name. */
export const callerOf = (world: World, header: string | null | undefined): Caller => {
  if (header === null || header === undefined || header === '') return { _tag: 'Anonymous' }
  const given = credential(header)
  if (given === null) return { _tag: 'BadCredentials' }
  const colon = given.indexOf(':')
  const token = colon < 0 ? given : given.slice(0, colon)
  const login = colon < 0 ? BOT_LOGIN : given.slice(colon + 1)
  if (!same(token, world.token) || !LOGIN.test(login)) return { _tag: 'BadCredentials' }
  return { _tag: 'Known', user: ensureUser(world, login) }
}
