/**
 * What goes over the wire between the client and the local Batch, against Hail Batch's OpenAPI document. Where the
 * document says otherwise than Hail's real service and client, the real ones are followed: each such place is named
 * here, and a name that is not needed (any more) fails.
 */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { makeBatchClient } from '../../src/index.js'
import { referenceText } from '../support/reference.js'
import { completed, done, freshToken, job, runningService } from '../support/service.js'

const DOCUMENT = 'hail-batch-openapi.yaml'
const file = join(dirname(fileURLToPath(import.meta.url)), '../../../../../shared/reference', DOCUMENT)
const isThere = existsSync(file)
if (!isThere) console.warn(`skipped: Hail Batch's OpenAPI document is not at ${file}`)

type Content = { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> }
type Operation = { readonly requestBody?: Content; readonly responses: Readonly<Record<string, Content>> }
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: object
}
type Exchange = {
  readonly method: string
  readonly path: string
  readonly sent?: string
  readonly got: string
}

/** Where the document is not what the real service and its Python client do. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'DELETE /batches/{batch_id} operation': 'the document has no delete',
  'POST /batches/create-fast request': 'really {bunch, job_groups, batch}',
  'POST /batches/{batch_id}/update-fast request': 'really {bunch, job_groups, update}',
  'POST /batches/{batch_id}/updates/{update_id}/jobs/create request': 'really a list of jobs',
  'PATCH /batches/{batch_id}/updates/{update_id}/commit operation': 'really PATCH, the document says POST',
  'GET /batches/{batch_id} response': 'state may be success',
  'GET /batches response': 'state may be success',
  'GET /batches/{batch_id}/job-groups/{job_group_id} response': 'state may be success',
  'GET /batches/{batch_id}/jobs/{job_id} response': 'spec is the job as it was sent',
  'GET /batches/{batch_id}/jobs/{job_id}/attempts response': 'really a list',
  'GET /batches/{batch_id}/jobs/{job_id}/log/{container} response': 'really the text itself',
  'GET /billing_projects response': 'really a list',
}

/** OpenAPI's `nullable` (of 3.0, which the document uses) in the words of JSON Schema. */
const nullable = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(nullable)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, nullable(inner)] as const)
  const schema = Object.fromEntries(entries)
  return schema['nullable'] === true && typeof schema['type'] === 'string'
    ? { ...schema, type: [schema['type'], 'null'] }
    : schema
}

const readDocument = (): Document => {
  const text = referenceText(DOCUMENT).replaceAll(/\{\{ *(\w+) *\}\}/g, '$1')
  return nullable(parse(text)) as Document
}

const templateOf = (document: Document, path: string): string | undefined =>
  Object.keys(document.paths).find((template) =>
    new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path),
  )

/** Names of the places where the exchange is not what the document says. */
const judgeOf = (document: Document) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'document', components: document.components })
  const holds = (content: Content | undefined, text: string): boolean => {
    const schema = content?.content?.['application/json']?.schema
    if (schema === undefined) return true
    const absolute = JSON.stringify(schema).replaceAll('"#/', '"document#/')
    try {
      return ajv.validate(JSON.parse(absolute) as object, JSON.parse(text))
    } catch {
      return false
    }
  }
  return ({ method, path, sent, got }: Exchange): ReadonlyArray<string> => {
    const template = templateOf(document, path)
    const name = `${method} ${(template ?? path).replace('/api/v1alpha', '')}`
    const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()]
    if (operation === undefined) return [`${name} operation`]
    return [
      ...(sent === undefined || holds(operation.requestBody, sent) ? [] : [`${name} request`]),
      ...(holds(operation.responses['200'], got) ? [] : [`${name} response`]),
    ]
  }
}

const recorded = async (): Promise<ReadonlyArray<Exchange>> => {
  const { service } = await runningService()
  const exchanges: Exchange[] = []
  const client = makeBatchClient({
    baseUrl: service.url,
    token: () => Promise.resolve(service.token),
    billingProject: 'test',
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      const got = await response.clone().text()
      const sent = typeof init?.body === 'string' ? { sent: init.body } : {}
      exchanges.push({ method: init?.method ?? 'GET', path: new URL(String(url)).pathname, got, ...sent })
      return response
    },
  })
  const attributes = { test: '1' }
  const id = await done(client.createBatch({ token: freshToken(), attributes, jobs: [job(1, 'echo hello')] }))
  await done(client.updateBatch(id, { token: freshToken(), jobs: [job(1, 'true')] }))
  await completed(client, id)
  const many = Array.from({ length: 1025 }, (_, i) => job(i + 1, 'true'))
  const large = await done(client.createBatch({ token: freshToken(), attributes, jobs: many }))
  await done(client.cancelJobGroup(large, 0))
  await done(client.cancelBatch(large))
  await done(client.listBatches({ attributes }))
  await done(client.getJobs(id))
  await done(client.getGroupJobs(id, 0, true))
  await done(client.getJobGroups(id, 0))
  await done(client.getJobGroup(id, 0))
  await done(client.getJob(id, 1))
  await done(client.getLog(id, 1))
  await done(client.getContainerLog(id, 1, 'main'))
  await done(client.getAttempts(id, 1))
  await done(client.getBillingProjects())
  await done(client.deleteBatch(large))
  return exchanges
}

test.skipIf(!isThere)(
  'the wire is as the document says, but for the differences named',
  async () => {
    const judge = judgeOf(readDocument())
    const exchanges = await recorded()
    expect(exchanges.length).toBeGreaterThan(15)
    const found = new Set(exchanges.flatMap(judge))
    expect([...found].sort()).toEqual(Object.keys(DIFFERENCES).sort())
  },
  60_000,
)

test.skipIf(!isThere)('a wrong answer is noticed', () => {
  const judge = judgeOf(readDocument())
  const got = JSON.stringify({ jobs: [{ batch_id: 1, job_id: 'one', state: 'Success' }] })
  expect(judge({ method: 'GET', path: '/api/v1alpha/batches/1/jobs', got })).toEqual([
    'GET /batches/{batch_id}/jobs response',
  ])
})
