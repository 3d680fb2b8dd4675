/** The evidence of a hold, field by field, for people. */
import { html } from 'hono/html'
import type { ReasonView } from '../../view/branch.js'
import type { Html } from './layout.js'
import { sha, time } from './parts.js'

type Evidence = ReasonView['evidence']

/** Fields that the sentence has said in full already. */
const SAID = new Set(['_tag', 'text', 'check', 'why', 'running', 'places'])
const SHAS = new Set(['base', 'head', 'sha', 'source', 'believed', 'commit', 'approved'])
const TIMES = new Set(['at', 'startedAt', 'retryAt'])

/** `batchId` → `batch`, `startedAt` → `started at`. */
const label = (key: string): string =>
  key.replace(/Id$/, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** A member (`#3 at 1a2b3c4`) or a report of a check (`FAILURE by ci-bot`). */
const recordValue = (value: Readonly<Record<string, unknown>>): Html =>
  'pr' in value
    ? html`#${value['pr']} at ${sha(String(value['source']))}`
    : html`${value['state'] ?? 'no word'} by ${value['reporter'] ?? 'somebody'}`

const single = (key: string, value: unknown): Html => {
  if (isRecord(value)) return recordValue(value)
  if (SHAS.has(key)) return sha(String(value))
  if (TIMES.has(key)) return time(Number(value))
  return html`${String(value)}`
}

const several = (key: string, values: ReadonlyArray<unknown>): Html =>
  html`${values.map((value, index) => html`${index > 0 ? ', ' : ''}${single(key, value)}`)}`

const isTold = ([key, value]: readonly [string, unknown]): boolean =>
  !SAID.has(key) && value !== null && !(Array.isArray(value) && value.length === 0)

/** The fields that the sentence does not tell, or tells in short. */
export const evidenceList = (evidence: Evidence): Html => {
  const told = Object.entries(evidence).filter(isTold)
  return told.length === 0
    ? html``
    : html`<ul class="evidence">
        ${told.map(
          ([key, value]) =>
            html`<li>
              <span class="dim">${label(key)}</span>
              ${Array.isArray(value) ? several(key, value) : single(key, value)}
            </li>`,
        )}
      </ul>`
}
