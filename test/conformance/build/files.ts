/** Where the recordings' build files, manifests and inputs are: they stand with the recordings, or beside the checkout. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const besideCheckout = resolve(dirname(fileURLToPath(import.meta.url)), '../../../../shared/reference')

/** Recordings that are played when none is named. */
export const defaultRecordings: ReadonlyArray<string> = [
  'selection.jsonl',
  'jobs-test-gcp.json',
  'jobs-test-azure.json',
  'jobs-test-selected-gcp.json',
  'jobs-deploy-gcp.json',
  'jobs-dev-gcp.json',
  'jobs-testresources-test-gcp.json',
].map((name) => join(besideCheckout, 'vectors', name))

/** The text of a file of the reference, looked for around the recording first; undefined when there is none. */
export const referenceText = (recording: string, path: string): string | undefined => {
  const around = dirname(resolve(recording))
  const places = [around, dirname(around), besideCheckout, join(besideCheckout, 'vectors')]
  const found = places.map((place) => join(place, path)).find(existsSync)
  return found === undefined ? undefined : readFileSync(found, 'utf8')
}
