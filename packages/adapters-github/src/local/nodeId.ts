/** The node types whose ids can be resolved again, with GitHub's prefixes. */
const PREFIX = {
  User: 'U',
  Repository: 'R',
  PullRequest: 'PR',
  Label: 'LA',
  IssueComment: 'IC',
  PullRequestReview: 'PRR',
  StatusContext: 'SC',
  CheckRun: 'CR',
  CheckSuite: 'CS',
  App: 'A',
  Commit: 'C',
  Tree: 'T',
  Blob: 'B',
  Ref: 'REF',
} as const

export type NodeType = keyof typeof PREFIX

/** An opaque global id in GitHub's form; `key` is the row id, or `<repo id>:<sha or name>` for git objects. */
export const nodeId = (type: NodeType, key: number | string): string =>
  `${PREFIX[type]}_${Buffer.from(`${type}:${key}`).toString('base64url')}`

/** The type and key an id was made of, or null for a foreign id. */
export const parseNodeId = (id: string): { readonly type: NodeType; readonly key: string } | null => {
  const text = Buffer.from(id.slice(id.indexOf('_') + 1), 'base64url').toString()
  const colon = text.indexOf(':')
  const type = text.slice(0, colon)
  if (colon < 0 || !Object.hasOwn(PREFIX, type)) return null
  return { type: type as NodeType, key: text.slice(colon + 1) }
}
