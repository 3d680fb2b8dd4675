import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../../..')

/** Recorded decisions of the reference system; they stand beside the checkout, or not at all. */
const reference = join(root, '../shared/reference')

/** Why tests against the reference are skipped; undefined when they run. */
export const skipReason: string | undefined = existsSync(join(reference, 'vectors/selection.jsonl'))
  ? undefined
  : `skipped: no reference data in ${reference}`

if (skipReason !== undefined) console.warn(skipReason)

/** Text of a file of the reference data. */
export const referenceText = (path: string): string => readFileSync(join(reference, path), 'utf8')
