/** A place in `build.yaml`, counted from 1. */
export type Place = { readonly line: number; readonly column: number }

/** Something wrong with a `build.yaml`: one sentence for its author, where, and how to put it right. */
export type BuildFileError = Place & {
  readonly code:
    | 'not-yaml'
    | 'unknown-kind'
    | 'unknown-field'
    | 'missing-field'
    | 'bad-value'
    | 'duplicate-name'
    | 'duplicate-dependency'
    | 'unknown-step'
    | 'later-step'
    | 'cycle'
    | 'kind-not-supported'
    | 'undefined-name'
    | 'bad-template'
    | 'bad-reference'
    | 'missing-manifest'
    | 'no-steps'
  readonly sentence: string
  readonly step?: string
  readonly remedy: string
}
