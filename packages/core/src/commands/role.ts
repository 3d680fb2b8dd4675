/** Who may give which command. */
import type { Command } from './command.js'

/** What somebody may do in a repository, as GitHub grades it, least first. */
export const roles = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const
export type Role = (typeof roles)[number]

export interface Commenter {
  readonly login: string
  readonly role: Role
}

export const hasAtLeast = ({ role }: Commenter, least: Role): boolean =>
  roles.indexOf(role) >= roles.indexOf(least)

/** Whoever may, at least; or the author, where `author` says so. */
export const permits: Readonly<Record<Command['_tag'], { readonly least: Role; readonly author: boolean }>> =
  {
    Retry: { least: 'write', author: true },
    Cancel: { least: 'triage', author: true },
    Hold: { least: 'triage', author: true },
    // What others hold is not the author's to release.
    Unhold: { least: 'triage', author: false },
    Priority: { least: 'write', author: false },
    Try: { least: 'write', author: false },
    Why: { least: 'none', author: true },
    Help: { least: 'none', author: true },
    Unknown: { least: 'none', author: true },
  }
