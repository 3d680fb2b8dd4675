import type { Scope } from '../kinds/common.js'

/** Data of a template: JSON. */
export type TemplateData = Readonly<Record<string, unknown>>

/** What steps need that build images or deploy: the cluster and the images of the CI itself. */
export type Installation = {
  readonly cloud: string
  /** Image with kubectl, the cloud's command line and the scripts of the CI. */
  readonly ciUtilsImage: string
  /** Image that builds images. */
  readonly buildkitImage: string
  /** Registry and path below which images are published. */
  readonly dockerPrefix: string
  /** Namespace of the CI; other than `default` in a CI that is itself being tested. */
  readonly defaultNamespace: string
  readonly domain: string
}

/** What a plan depends on besides the steps. */
export type PlanRequest = {
  readonly scope: Scope
  /** `code` in templates: facts about the commit, such as `sha`, `checkout_script`, `number` (test) and `user` (dev). */
  readonly code: TemplateData
  /** `global` in templates: facts about the installation. */
  readonly global: TemplateData
  /** Where jobs share files, e.g. `gs://bucket`. */
  readonly storageUri: string
  /** Token of the batch: names its directory in storage. */
  readonly token: string
  /** A token, the same at each call, for a step's name; also for `NAME/admin` and `NAME/user` of a database. */
  readonly tokenOf: (name: string) => string
  /** Regions of jobs whose step names none; Batch's choice when absent. */
  readonly regions?: ReadonlyArray<string>
  /** Absent: only `runImage` can be planned. */
  readonly installation?: Installation
  /** The developer's namespace, in scope dev. */
  readonly namespace?: string
  /** Text of a manifest in the repository. */
  readonly manifestOf?: (path: string) => string | undefined
}

/** Whose things a plan makes, as their names say: `pr-12345` of a test, the developer in scope dev. */
export const ownerOf = ({ scope, code }: PlanRequest): string => {
  if (scope === 'dev') return String(code['user'] ?? 'dev')
  return code['number'] === undefined ? 'head' : `pr-${String(code['number'])}`
}
