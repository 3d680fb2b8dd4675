import * as E from 'fp-ts/lib/Either.js'
import { notFound, unprocessable, validationFailed, type Refusal } from '../failure.js'
import { readCommit } from '../git/commits.js'
import { commentJson, issueJson, labelJson, pullJson, reviewJson } from '../json/pull.js'
import { atomically, one, run } from '../store/database.js'
import { labelsOf, pullById, repoById } from '../store/lookups.js'
import type { CommentRow, LabelRow, PullRow, RepoRow, ReviewRow, UserRow } from '../store/rows.js'
import { emit } from '../webhooks/emit.js'
import { gitDir, type World } from '../world.js'
import { dismiss, emitPull } from './applyMove.js'
import { pullSize } from './size.js'

/** What a reviewer says; `commit` defaults to the head. */
export type ReviewInput = {
  readonly event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT'
  readonly body: string
  readonly commit?: string | undefined
}
const STATE = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const

const reviewRefusal = (author: UserRow, pull: PullRow, input: ReviewInput): Refusal | null => {
  if (author.id === pull.author_id && input.event === 'APPROVE')
    return unprocessable('Can not approve your own pull request')
  if (author.id === pull.author_id && input.event === 'REQUEST_CHANGES')
    return unprocessable('Can not request changes on your own pull request')
  if (input.body === '' && input.event !== 'APPROVE') return unprocessable("body can't be blank")
  return null
}

/** Submits a review. */
export const submitReview = async (
  world: World,
  author: UserRow,
  pull: PullRow,
  input: ReviewInput,
): Promise<E.Either<Refusal, ReviewRow>> => {
  const refused = reviewRefusal(author, pull, input)
  if (refused !== null) return E.left(refused)
  const repo = repoById(world.db, pull.repo_id)
  const size = await pullSize(world, pull)
  if (
    input.commit !== undefined &&
    (await readCommit(gitDir(world, repo), input.commit, world.commits)) === null
  )
    return E.left(validationFailed({ resource: 'PullRequestReview', field: 'commit_id', code: 'invalid' }))
  const review = atomically(world.db, () => {
    const id = run(
      world.db,
      'INSERT INTO reviews (pull_id, author_id, state, body, commit_sha, submitted_at) VALUES (?, ?, ?, ?, ?, ?)',
      ...[pull.id, author.id, STATE[input.event], input.body],
      ...[input.commit ?? pullById(world.db, pull.id).head_sha, world.now()],
    )
    run(world.db, 'UPDATE pulls SET updated_at = ? WHERE id = ?', world.now(), pull.id)
    const row = one<ReviewRow>(world.db, 'SELECT * FROM reviews WHERE id = ?', id) as ReviewRow
    const now = pullById(world.db, pull.id)
    // Webhooks spell the state in lower case, the REST API in upper case.
    const shown = { ...reviewJson(world, now, row), state: row.state.toLowerCase() }
    const body = { review: shown, pull_request: pullJson(world, now, size) }
    emit(world, repo, author, { event: 'pull_request_review', action: 'submitted', body })
    return row
  })
  world.wakeDeliverer()
  return E.right(review)
}

/** Dismisses an approving or opposing review. */
export const dismissReview = async (
  world: World,
  actor: UserRow,
  pull: PullRow,
  id: number,
): Promise<E.Either<Refusal, ReviewRow>> => {
  const find = () =>
    one<ReviewRow>(world.db, 'SELECT * FROM reviews WHERE id = ? AND pull_id = ?', id, pull.id)
  const review = find()
  if (review === undefined) return E.left(notFound())
  if (review.state === 'COMMENTED')
    return E.left(unprocessable('Can not dismiss a commented pull request review'))
  const size = await pullSize(world, pull)
  atomically(world.db, () => dismiss(world, actor, pull, size, review))
  world.wakeDeliverer()
  return E.right(find() ?? review)
}

const commentEvent = (
  world: World,
  actor: UserRow,
  pull: PullRow,
  row: CommentRow,
  action: string,
  more = {},
): void =>
  emit(world, repoById(world.db, pull.repo_id), actor, {
    event: 'issue_comment',
    action,
    body: { issue: issueJson(world, pull), comment: commentJson(world, pull, row), ...more },
  })

const commentById = (world: World, id: number): CommentRow | undefined =>
  one<CommentRow>(world.db, 'SELECT * FROM comments WHERE id = ?', id)

/** Comments on a pull request. */
export const addComment = (
  world: World,
  author: UserRow,
  pull: PullRow,
  body: string,
): E.Either<Refusal, CommentRow> => {
  if (body.trim() === '') return E.left(unprocessable("Body can't be blank"))
  const row = atomically(world.db, () => {
    const at = world.now()
    const sql =
      'INSERT INTO comments (pull_id, author_id, body, created_at, updated_at) VALUES (?, ?, ?, ?, ?)'
    const id = run(world.db, sql, pull.id, author.id, body, at, at)
    const made = commentById(world, id) as CommentRow
    commentEvent(world, author, pull, made, 'created')
    return made
  })
  world.wakeDeliverer()
  return E.right(row)
}

/** Rewrites a comment. */
export const editComment = (
  world: World,
  actor: UserRow,
  repo: Pick<RepoRow, 'id'> | null,
  id: number,
  body: string,
): E.Either<Refusal, CommentRow> => {
  const old = commentById(world, id)
  const pull = old === undefined ? undefined : pullById(world.db, old.pull_id)
  if (old === undefined || pull === undefined || (repo !== null && pull.repo_id !== repo.id))
    return E.left(notFound())
  if (body.trim() === '') return E.left(unprocessable("Body can't be blank"))
  const row = { ...old, body, updated_at: world.now() }
  atomically(world.db, () => {
    run(world.db, 'UPDATE comments SET body = ?, updated_at = ? WHERE id = ?', body, row.updated_at, id)
    commentEvent(world, actor, pull, row, 'edited', { changes: { body: { from: old.body } } })
  })
  world.wakeDeliverer()
  return E.right(row)
}

/** The label of this name (any case), made on the fly as GitHub's issue API does, grey unless told otherwise. */
export const ensureLabel = (
  world: World,
  repo: RepoRow,
  name: string,
  more: { readonly color?: string; readonly description?: string | null } = {},
): LabelRow => {
  const find = () =>
    one<LabelRow>(world.db, 'SELECT * FROM labels WHERE repo_id = ? AND name = ?', repo.id, name)
  if (find() === undefined)
    run(
      world.db,
      'INSERT INTO labels (repo_id, name, color, description) VALUES (?, ?, ?, ?)',
      ...[repo.id, name, more.color ?? 'ededed', more.description ?? null],
    )
  return find() as LabelRow
}

/** Makes the labels of a pull request exactly these. One event for each that comes or goes. */
export const setLabels = async (
  world: World,
  actor: UserRow,
  pull: PullRow,
  wanted: (now: ReadonlyArray<LabelRow>) => ReadonlyArray<LabelRow>,
): Promise<ReadonlyArray<LabelRow>> => {
  const repo = repoById(world.db, pull.repo_id)
  const size = await pullSize(world, pull)
  atomically(world.db, () => {
    const now = labelsOf(world.db, pull)
    const then = wanted(now)
    const lacks = (list: ReadonlyArray<LabelRow>) => (label: LabelRow) => !list.some((l) => l.id === label.id)
    const change = (label: LabelRow, sql: string, action: string) => {
      run(world.db, sql, pull.id, label.id)
      run(world.db, 'UPDATE pulls SET updated_at = ? WHERE id = ?', world.now(), pull.id)
      emitPull(world, actor, pull, size, action, { label: labelJson(world, repo, label) })
    }
    now
      .filter(lacks(then))
      .forEach((l) => change(l, 'DELETE FROM pull_labels WHERE pull_id = ? AND label_id = ?', 'unlabeled'))
    then
      .filter(lacks(now))
      .forEach((l) => change(l, 'INSERT INTO pull_labels (pull_id, label_id) VALUES (?, ?)', 'labeled'))
  })
  world.wakeDeliverer()
  return labelsOf(world.db, pull)
}
