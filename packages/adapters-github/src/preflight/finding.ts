import type { Policy } from '@headgate/core'

export type Landing = Policy['landing']

/** Something that stands in the way (`blocks`), or that somebody should know (`warns`). */
export interface Finding {
  readonly severity: 'blocks' | 'warns'
  readonly code: string
  /** The landings that it concerns; all of them unless it says. */
  readonly landings: ReadonlyArray<Landing>
  readonly text: string
  readonly remedy: string
}

export const LANDINGS: ReadonlyArray<Landing> = ['fast-forward', 'forge-merge']

type Words = Pick<Finding, 'code' | 'text' | 'remedy'>

export const blocks = (words: Words, ...landings: ReadonlyArray<Landing>): Finding => ({
  severity: 'blocks',
  landings: landings.length === 0 ? LANDINGS : landings,
  ...words,
})

export const warns = (words: Words, ...landings: ReadonlyArray<Landing>): Finding => ({
  ...blocks(words, ...landings),
  severity: 'warns',
})
