/** A path in storage and its place in the container, in the direction of the copy. */
export type FilePair = { readonly from: string; readonly to: string }

export type Resources = {
  readonly cpu?: string
  readonly memory?: string
  readonly storage?: string
  readonly preemptible?: boolean
}

export type Secret = { readonly namespace: string; readonly name: string; readonly mount_path: string }

export type ServiceAccount = { readonly namespace: string; readonly name: string }

/**
 * A job as Hail Batch's `jobs/create` takes it. Ids count from 1 in the order of the batch; a parent is an earlier
 * job. A key is absent, never null, when there is nothing to say.
 */
export type JobSpec = {
  readonly job_id: number
  readonly in_update_parent_ids: ReadonlyArray<number>
  readonly absolute_parent_ids: ReadonlyArray<number>
  readonly always_run: boolean
  readonly process: {
    readonly type: 'docker'
    readonly command: ReadonlyArray<string>
    readonly image: string
    readonly mount_docker_socket: false
  }
  readonly attributes: Readonly<Record<string, string>>
  readonly env?: ReadonlyArray<{ readonly name: string; readonly value: string }>
  readonly input_files?: ReadonlyArray<FilePair>
  readonly output_files?: ReadonlyArray<FilePair>
  /** Seconds. */
  readonly timeout?: number
  readonly resources?: Resources
  readonly port?: number
  readonly network?: 'public' | 'private'
  readonly secrets?: ReadonlyArray<Secret>
  readonly service_account?: ServiceAccount
  readonly regions?: ReadonlyArray<string>
  readonly unconfined?: boolean
}
