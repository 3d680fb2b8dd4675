import * as t from 'io-ts'

const filePair = t.type({ from: t.string, to: t.string })

const dockerProcess = t.intersection([
  t.type({ type: t.literal('docker'), command: t.array(t.string), image: t.string }),
  t.partial({ mount_docker_socket: t.literal(false) }),
])

/** A job of a bunch, as `hailtop.batch_client` sends it. Ids are relative to the update that carries it. */
const jobRequest = t.intersection([
  t.type({ job_id: t.Int, process: dockerProcess }),
  t.partial({
    absolute_parent_ids: t.array(t.Int),
    in_update_parent_ids: t.array(t.Int),
    /** Deprecated name of `absolute_parent_ids`. */
    parent_ids: t.array(t.Int),
    absolute_job_group_id: t.Int,
    in_update_job_group_id: t.Int,
    n_max_attempts: t.Int,
    always_run: t.boolean,
    always_copy_output: t.boolean,
    attributes: t.record(t.string, t.string),
    env: t.array(t.type({ name: t.string, value: t.string })),
    input_files: t.array(filePair),
    output_files: t.array(filePair),
    resources: t.partial({
      cpu: t.string,
      memory: t.string,
      storage: t.string,
      machine_type: t.string,
      preemptible: t.boolean,
    }),
    timeout: t.number,
    network: t.union([t.literal('public'), t.literal('private')]),
    port: t.Int,
    unconfined: t.boolean,
    secrets: t.array(t.type({ namespace: t.string, name: t.string, mount_path: t.string })),
    service_account: t.type({ namespace: t.string, name: t.string }),
    regions: t.array(t.string),
    mount_tokens: t.boolean,
    user_code: t.string,
    requester_pays_project: t.string,
    cloudfuse: t.UnknownArray,
    gcsfuse: t.UnknownArray,
  }),
])
export type JobRequest = t.TypeOf<typeof jobRequest>

const nullable = <C extends t.Mixed>(codec: C) => t.union([codec, t.null])

const positive = t.refinement(t.Int, (value) => value > 0, 'a whole number greater than 0')

/** What `batches/create` takes, and the `batch` part of `batches/create-fast`. */
export const batchRequest = t.intersection([
  t.type({ billing_project: t.string, n_jobs: t.Int, token: t.string }),
  t.partial({
    attributes: nullable(t.record(t.string, t.string)),
    callback: nullable(t.string),
    cancel_after_n_failures: nullable(positive),
    n_job_groups: t.Int,
  }),
])
export type BatchRequest = t.TypeOf<typeof batchRequest>

/** A job group of a bunch. Ids are relative to the update that carries it; 0 is the root. */
const groupRequest = t.intersection([
  t.type({ job_group_id: t.Int }),
  t.partial({
    attributes: nullable(t.record(t.string, t.string)),
    callback: nullable(t.string),
    cancel_after_n_failures: nullable(positive),
    absolute_parent_id: nullable(t.Int),
    in_update_parent_id: nullable(t.Int),
  }),
])
export type GroupRequest = t.TypeOf<typeof groupRequest>

/** What `updates/create` takes, and the `update` part of `update-fast`. */
export const updateRequest = t.intersection([
  t.type({ token: t.string, n_jobs: t.Int }),
  t.partial({ n_job_groups: t.Int }),
])
export type UpdateRequest = t.TypeOf<typeof updateRequest>

const groups = t.partial({ job_groups: t.array(groupRequest) })

export const createFastRequest = t.intersection([
  t.type({ bunch: t.array(jobRequest), batch: batchRequest }),
  groups,
])

export const updateFastRequest = t.intersection([
  t.type({ bunch: t.array(jobRequest), update: updateRequest }),
  groups,
])

export const bunchRequest = t.array(jobRequest)

export const groupBunchRequest = t.array(groupRequest)
