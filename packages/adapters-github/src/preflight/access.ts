import type { Permissions } from '../identity/identity.js'
import { blocks, warns, type Finding } from './finding.js'

/** What the credential may do, as far as GitHub tells. */
export interface Access {
  /** Of an App's installation. */
  readonly permissions: Permissions | undefined
  /** Of a classic personal token. */
  readonly scopes: ReadonlyArray<string> | undefined
  /** The role of the credential's user in the repository. */
  readonly role: string | undefined
}

/** What an App needs, and what for. Source: GitHub's "Permissions required for GitHub Apps". */
const NEEDS = [
  ['contents', 'write', 'push prepared commits and move the branch'],
  ['pull_requests', 'write', 'read pull requests and reviews, merge, comment and close'],
  ['statuses', 'write', 'read commit statuses and post its own'],
  ['checks', 'read', 'see the check runs of Actions and of other Apps'],
] as const

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 }
const grants = (permissions: Permissions, name: string, level: string): boolean =>
  (RANK[permissions[name] ?? ''] ?? 0) >= (RANK[level] ?? 0)

const WORKFLOWS = {
  code: 'no-workflows',
  text: "A pull request that changes a file below .github/workflows can't be prepared or landed: the permission to write workflows is missing.",
} as const

const COMMENTS = {
  code: 'no-comments',
  text: "Commands in comments can't be answered, nor can a comment say where a pull request stands.",
  remedy: 'Give the App "issues: write", if people are to talk to it.',
} as const

const ofApp = (permissions: Permissions): ReadonlyArray<Finding> => [
  ...NEEDS.filter(([name, level]) => !grants(permissions, name, level)).map(([name, level, purpose]) =>
    blocks({
      code: 'permission',
      text: `The App lacks the permission "${name}: ${level}", without which it can't ${purpose}.`,
      remedy:
        'Add it in the settings of the App, then accept the new permissions where the App is installed.',
    }),
  ),
  ...(grants(permissions, 'issues', 'write') ? [] : [warns(COMMENTS)]),
  ...(grants(permissions, 'workflows', 'write')
    ? []
    : [warns({ ...WORKFLOWS, remedy: 'Give the App "workflows: write", if such changes are to land.' })]),
]

const ofClassicToken = (scopes: ReadonlyArray<string>): ReadonlyArray<Finding> => [
  ...(scopes.includes('repo') || scopes.includes('public_repo')
    ? []
    : [
        blocks({
          code: 'permission',
          text: 'The token lacks the scope "repo", so that it can neither push nor merge.',
          remedy: 'Make a token with the scope "repo".',
        }),
      ]),
  ...(scopes.includes('workflow')
    ? []
    : [warns({ ...WORKFLOWS, remedy: 'Give the token the scope "workflow", if such changes are to land.' })]),
]

const ofRole = (role: string | undefined): ReadonlyArray<Finding> =>
  role === 'READ' || role === 'TRIAGE'
    ? [
        blocks({
          code: 'role',
          text: `The credential's role in the repository is ${role}: it can neither push nor merge.`,
          remedy: 'Give its user the role "write".',
        }),
      ]
    : []

/** What the credential lacks. Of a fine-grained token GitHub tells nothing but its user's role. */
export const accessFindings = ({ permissions, scopes, role }: Access): ReadonlyArray<Finding> => [
  ...(permissions === undefined ? ofRole(role) : ofApp(permissions)),
  ...(scopes === undefined ? [] : ofClassicToken(scopes)),
]
