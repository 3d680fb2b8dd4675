/** Rows as they lie in the tables of `schema.ts`; times are epoch milliseconds, flags 0 or 1. */
export type UserRow = {
  readonly id: number
  readonly login: string
  readonly type: 'User' | 'Bot' | 'Organization'
  readonly created_at: number
}
export type RepoRow = {
  readonly id: number
  readonly network_id: number
  readonly parent_id: number | null
  readonly owner: string
  readonly name: string
  readonly description: string | null
  readonly private: number
  readonly default_branch: string
  readonly created_at: number
  readonly pushed_at: number
}
export type RefRow = { readonly name: string; readonly sha: string }
export type PullRow = {
  readonly id: number
  readonly repo_id: number
  readonly number: number
  readonly title: string
  readonly body: string | null
  readonly author_id: number
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED'
  readonly draft: number
  readonly base_ref: string
  readonly base_sha: string
  readonly head_repo_id: number
  readonly head_ref: string
  readonly head_sha: string
  readonly created_at: number
  readonly updated_at: number
  readonly closed_at: number | null
  readonly merged_at: number | null
  readonly merged_by: number | null
  readonly merge_sha: string | null
  readonly landing_sha: string | null
}
export type LabelRow = {
  readonly id: number
  readonly repo_id: number
  readonly name: string
  readonly color: string
  readonly description: string | null
}
export type CommentRow = {
  readonly id: number
  readonly pull_id: number
  readonly author_id: number
  readonly body: string
  readonly created_at: number
  readonly updated_at: number
}
type ReviewState = 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED'
export type ReviewRow = {
  readonly id: number
  readonly pull_id: number
  readonly author_id: number
  readonly state: ReviewState
  readonly body: string
  readonly commit_sha: string
  readonly submitted_at: number
}
export type StatusRow = {
  readonly id: number
  readonly repo_id: number
  readonly sha: string
  readonly context: string
  readonly state: 'error' | 'failure' | 'pending' | 'success'
  readonly target_url: string | null
  readonly description: string | null
  readonly creator_id: number
  readonly created_at: number
}
export type CheckSuiteRow = {
  readonly id: number
  readonly repo_id: number
  readonly sha: string
  readonly app_id: number
  readonly created_at: number
  readonly updated_at: number
}
export type CheckRunRow = {
  readonly id: number
  readonly repo_id: number
  readonly suite_id: number
  readonly sha: string
  readonly app_id: number
  readonly name: string
  readonly status: string
  readonly conclusion: string | null
  readonly details_url: string | null
  readonly external_id: string
  readonly title: string | null
  readonly summary: string | null
  readonly text: string | null
  readonly started_at: number | null
  readonly completed_at: number | null
}
export type HookRow = {
  readonly id: number
  readonly repo_id: number
  readonly url: string
  readonly secret: string | null
  readonly content_type: 'json' | 'form'
  readonly events: string
  readonly active: number
  readonly created_at: number
  readonly updated_at: number
}
export type DeliveryRow = {
  readonly id: number
  readonly hook_id: number
  readonly guid: string
  readonly event: string
  readonly action: string | null
  readonly payload: string
  readonly redelivery: number
  readonly state: 'pending' | 'done' | 'failed'
  readonly attempts: number
  readonly status: string | null
  readonly status_code: number | null
  readonly response: string | null
  readonly duration_ms: number | null
  readonly created_at: number
  readonly delivered_at: number | null
}
