import type { Scope } from '../kinds/common.js'

/** Data of a template: JSON. */
export type TemplateData = Readonly<Record<string, unknown>>

/** What a plan depends on besides the steps. */
export type PlanRequest = {
  readonly scope: Scope
  /** `code` in templates: the caller's facts about the commit, such as `sha` and `checkout_script`. */
  readonly code: TemplateData
  /** `global` in templates: facts about the installation. */
  readonly global: TemplateData
  /** Where jobs share files, e.g. `gs://bucket`. */
  readonly storageUri: string
  /** Token of the batch: names its directory in storage. */
  readonly token: string
  /** Token of a step, the same at each call: names what the step makes. */
  readonly tokenOf: (stepName: string) => string
  /** Regions of jobs whose step names none; Batch's choice when absent. */
  readonly regions?: ReadonlyArray<string>
}
