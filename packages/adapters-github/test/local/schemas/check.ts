/** Does an answer, or a webhook, have the form that GitHub publishes? */
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'

interface Published {
  readonly responses: ReadonlyArray<{
    readonly method: string
    readonly path: string
    readonly answers: Readonly<Record<string, object | null>>
  }>
  readonly hooks: ReadonlyArray<{ readonly name: string; readonly schema: object }>
  readonly schemas: Readonly<Record<string, object>>
}

const published = JSON.parse(
  brotliDecompressSync(readFileSync(new URL('github.json.br', import.meta.url))).toString(),
) as Published

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true })
formats.default(ajv)
// GitHub's own addresses of bots (`1+name[bot]@users.noreply.github.com`) are none by the letter of the standard.
ajv.addFormat('email', true)
ajv.addSchema({ $id: 'github', components: { schemas: published.schemas } })

const compiled = new Map<string, ValidateFunction>()

const validator = (key: string, schema: object): ValidateFunction => {
  const known = compiled.get(key)
  if (known !== undefined) return known
  const text = JSON.stringify(schema).replaceAll('"#/components', '"github#/components')
  const made = ajv.compile(JSON.parse(text) as object)
  compiled.set(key, made)
  return made
}

const told = (key: string, schema: object, value: unknown): ReadonlyArray<string> => {
  const validate = validator(key, schema)
  if (validate(value)) return []
  return (validate.errors ?? []).slice(0, 8).map((e) => `${key} ${e.instancePath}: ${e.message ?? ''}`)
}

const segments = (path: string): ReadonlyArray<string> => path.split('/')

/** A parameter takes one segment; these take all that are left, since names of refs and files have slashes. */
const LONG = ['{ref}', '{branch}', '{path}', '{basehead}']

const fits = (pattern: ReadonlyArray<string>, path: ReadonlyArray<string>): boolean =>
  (pattern.length === path.length || (path.length > pattern.length && LONG.includes(pattern.at(-1) ?? ''))) &&
  pattern.every((part, i) => part.startsWith('{') || part === path[i])

const literal = (path: string): number => segments(path).filter((part) => !part.startsWith('{')).length

/** GitHub's operation for a request, the most literal path first. */
const operation = (method: string, path: string) =>
  [...published.responses]
    .filter((r) => r.method === method && fits(segments(r.path), segments(path)))
    .sort((a, b) => literal(b.path) - literal(a.path))[0]

/** What an answer of the REST API has that GitHub's would not, or lacks; empty: nothing. */
export const answerFaults = (
  method: string,
  path: string,
  status: number,
  body: unknown,
): ReadonlyArray<string> => {
  const found = operation(method, path)
  if (found === undefined) return [`GitHub has no ${method} ${path}`]
  const key = `${method} ${found.path} ${status}`
  const schema = found.answers[status]
  // Errors that every operation may give are not listed with each.
  if (schema === undefined && status >= 400)
    return told('error', { $ref: '#/components/schemas/basic-error' }, body)
  if (schema === undefined) return [`GitHub never answers ${key}`]
  if (schema === null) return body === undefined ? [] : [`${key} has no body at GitHub`]
  return told(key, schema, body)
}

/** The same of a webhook's payload. */
export const hookFaults = (event: string, body: { readonly action?: string }): ReadonlyArray<string> => {
  const dashed = [event, ...(body.action === undefined ? [] : [body.action])].join('-').replaceAll('_', '-')
  const found = published.hooks.find((hook) => hook.name === dashed)
  return found === undefined ? [`GitHub sends no ${dashed}`] : told(dashed, found.schema, body)
}
