import type { BranchName, EpochMs, Failure, Sha } from '@headgate/core'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { BatchClient } from '../client/client.js'
import type { Installation, TemplateData } from '../buildFile/plan/request.js'

/** Where commits are read; the forge's adapter supplies it. Neither function rejects. */
export interface CommitSource {
  /** The text of a file in a commit; none when the commit has no such file. */
  readonly readFile: (commit: Sha, path: string) => Promise<Either<Failure, Option<string>>>
  /** Paths that differ between two commits; none when they can't all be told (then every step is selected). */
  readonly changedFiles: (base: Sha, commit: Sha) => Promise<Either<Failure, Option<ReadonlyArray<string>>>>
}

/** What the batches of one watched branch are made with. */
export interface BatchInterpreterDeps {
  readonly client: Pick<BatchClient, 'createBatch' | 'listBatches' | 'getBatch' | 'cancelBatch'>
  readonly source: CommitSource
  readonly branch: BranchName
  /** What jobs clone: a URL, or a path on the machine that runs them. */
  readonly repoUrl: string
  /** Distinguishes this installation's batches from those of others that share the Batch service. */
  readonly namespace: string
  /** Where jobs share files, such as `gs://bucket`. */
  readonly storageUri: string
  /** Steps of other clouds are left out; none are when absent. */
  readonly cloud?: string
  /** What image and deploy steps need; without it only `runImage` steps can be run. The cloud is the one above. */
  readonly installation?: Omit<Installation, 'cloud'>
  /** `global` in templates. */
  readonly global?: TemplateData
  /** Told when a batch is over. */
  readonly callbackUrl?: string
  /** The Batch user that this service is; batches of other users are then nobody's evidence. */
  readonly user?: string
  readonly now: () => EpochMs
}

/** How a watched branch is written in attributes: `owner/name:branch`. */
export const branchAttribute = (branch: BranchName): string => `${branch.repository}:${branch.branch}`
