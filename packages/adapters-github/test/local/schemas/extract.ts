/**
 * Takes out of GitHub's REST description what the local GitHub answers, and writes it beside this file:
 * `npm pack @octokit/openapi@23.0.2`, unpack it, then
 * `npx tsx packages/adapters-github/test/local/schemas/extract.ts package/generated/api.github.com.json`.
 * The package itself is 385 MB, so it is no dependency.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'

type Json = Record<string, unknown>
const isJson = (u: unknown): u is Json => typeof u === 'object' && u !== null && !Array.isArray(u)

const SERVED =
  /^\/($|meta$|rate_limit$|user$|user\/repos$|users\/\{username\}(\/repos)?$|orgs\/\{org\}\/repos$|repos\/\{owner\}\/\{repo\}($|\/(branches|git|hooks|issues|pulls|commits|compare|statuses|check-runs|labels|forks|contents|merges)(\/|$)))/
const EVENTS =
  /^(push|create|delete|ping|pull-request|pull-request-review|status|check-run|check-suite|issue-comment)(-|$)/
const TALK = ['description', 'summary', 'example', 'examples', 'externalDocs', 'title', 'x-github', 'tags']

/** JSON Schema knows no `nullable`. */
const plain = (u: unknown): unknown => {
  if (Array.isArray(u)) return u.map(plain)
  if (!isJson(u)) return u
  const { nullable, ...rest } = u
  const kept = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, plain(value)]))
  return nullable === true ? { anyOf: [kept, { type: 'null' }] } : kept
}

/** Without the talk; but a property may be called `title`. */
const bare = (u: unknown, names = false): unknown => {
  if (Array.isArray(u)) return u.map((item) => bare(item))
  if (!isJson(u)) return u
  const entries = Object.entries(u).filter(([key]) => names || !TALK.includes(key))
  return Object.fromEntries(entries.map(([key, value]) => [key, bare(value, key === 'properties')]))
}

const schemaOf = (content: unknown): unknown => {
  const json = isJson(content) ? content['application/json'] : undefined
  return isJson(json) ? plain(bare(json['schema'])) : null
}

const [, , file = ''] = process.argv
const all = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly paths: Record<string, Record<string, Json>>
  readonly 'x-webhooks': Record<string, { readonly post: Json }>
  readonly components: Record<string, Record<string, Json>>
}

const resolved = (u: unknown): Json => {
  if (!isJson(u)) return {}
  const ref = u['$ref']
  if (typeof ref !== 'string') return u
  const [, , kind = '', name = ''] = ref.split('/')
  return all.components[kind]?.[name] ?? {}
}

const responses = Object.entries(all.paths)
  .filter(([path]) => SERVED.test(path))
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      answers: Object.fromEntries(
        Object.entries((operation['responses'] ?? {}) as Json).map(([status, response]) => [
          status,
          schemaOf(resolved(response)['content']),
        ]),
      ),
    })),
  )

const hooks = Object.entries(all['x-webhooks'])
  .filter(([name]) => EVENTS.test(name))
  .map(([name, { post }]) => ({ name, schema: schemaOf(resolved(post['requestBody'])['content']) }))

/** The schemas that are named in others, until no more are. */
const named = (roots: unknown): Json => {
  const found: Json = {}
  const look = (u: unknown): void => {
    for (const [, name = ''] of JSON.stringify(u).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (name in found) continue
      found[name] = plain(bare(all.components['schemas']?.[name]))
      look(found[name])
    }
  }
  look(roots)
  look({ $ref: '#/components/schemas/basic-error' })
  return found
}

const text = JSON.stringify({ responses, hooks, schemas: named([responses, hooks]) })
const params = { [constants.BROTLI_PARAM_QUALITY]: 11 }
writeFileSync(new URL('github.json.br', import.meta.url), brotliCompressSync(text, { params }))
