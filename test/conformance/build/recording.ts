/** The forms of recordings of what the reference selects and builds. Only what is compared is decoded. */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'

const Scope = t.keyof({ test: null, deploy: null, dev: null })
const Names = t.readonlyArray(t.string)

const SelectionCase = t.intersection([
  t.type({
    id: t.union([t.number, t.string]),
    config: t.string,
    scope: Scope,
    cloud: t.union([t.string, t.null]),
    changed_files: Names,
    requested: Names,
  }),
  t.partial({ closure_added: Names, not_built: Names, namespace: t.boolean }),
])
export type SelectionCase = t.TypeOf<typeof SelectionCase>

const RecordedJob = t.intersection([
  t.type({ name: t.string, image: t.string, command: Names, script_sha256: t.string }),
  t.UnknownRecord,
])
export type RecordedJob = t.TypeOf<typeof RecordedJob>

const JobsRecording = t.intersection([
  t.type({
    scope: Scope,
    cloud: t.string,
    requested_step_names: t.union([Names, t.null]),
    excluded_step_names: Names,
    pr_labels: Names,
    namespace: t.union([t.string, t.null]),
    deployed_services: Names,
    code_config: t.UnknownRecord,
    steps: Names,
    jobs: t.readonlyArray(RecordedJob),
  }),
  t.partial({ scripts: t.record(t.string, t.string) }),
])
export type JobsRecording = t.TypeOf<typeof JobsRecording>

const Inputs = t.type({
  global_config: t.record(t.string, t.string),
  env: t.record(t.string, t.string),
  batch_token: t.string,
  region: t.string,
})
export type Inputs = t.TypeOf<typeof Inputs>

const decode =
  <A>(codec: t.Decoder<unknown, A>) =>
  (text: string): E.Either<string, A> => {
    try {
      const decoded = codec.decode(JSON.parse(text))
      return E.isRight(decoded) ? decoded : E.left(PathReporter.report(decoded).slice(0, 3).join('; '))
    } catch (cause) {
      return E.left(String(cause))
    }
  }

export const decodeSelectionCase = decode(SelectionCase)
export const decodeJobs = decode(JobsRecording)
export const decodeInputs = decode(Inputs)
