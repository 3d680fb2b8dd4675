import * as E from 'fp-ts/lib/Either.js'
import { unprocessable, validationFailed, type Refusal } from '../failure.js'
import { readCommit } from '../git/commits.js'
import { commitJson } from '../json/commit.js'
import { repoUrl } from '../json/repository.js'
import { all, atomically, one, run } from '../store/database.js'
import type { RefRow, RepoRow, StatusRow, UserRow } from '../store/rows.js'
import { iso } from '../time.js'
import { emit } from '../webhooks/emit.js'
import { gitDir, type World } from '../world.js'
import { protectionOf } from './protection.js'

/** What `POST statuses` takes. */
export type StatusInput = {
  readonly state: string
  readonly context?: string | undefined
  readonly targetUrl?: string | null | undefined
  readonly description?: string | null | undefined
}

/** GitHub refuses longer descriptions. */
const DESCRIPTION_MAX = 140
const STATES = ['error', 'failure', 'pending', 'success'] as const

const branchesAt = (world: World, repo: RepoRow, sha: string) =>
  all<RefRow>(
    world.db,
    `SELECT name, sha FROM refs WHERE repo_id = ? AND sha = ? AND name LIKE 'refs/heads/%' ORDER BY name LIMIT 10`,
    ...[repo.id, sha],
  ).map((ref) => {
    const name = ref.name.slice('refs/heads/'.length)
    return {
      name,
      commit: { sha, url: `${repoUrl(world, repo)}/commits/${sha}` },
      protected: protectionOf(world, repo, name) !== null,
    }
  })

/** Records a commit status: the newest of a context counts, all are kept. */
export const createStatus = async (
  world: World,
  creator: UserRow,
  repo: RepoRow,
  sha: string,
  input: StatusInput,
): Promise<E.Either<Refusal, StatusRow>> => {
  const state = STATES.find((s) => s === input.state)
  if (state === undefined)
    return E.left(
      validationFailed({
        resource: 'Status',
        code: 'custom',
        field: 'state',
        message: 'state is not included in the list',
      }),
    )
  if ((input.description ?? '').length > DESCRIPTION_MAX)
    return E.left(
      validationFailed({
        resource: 'Status',
        code: 'custom',
        field: 'description',
        message: 'description is too long (maximum is 140 characters)',
      }),
    )
  const commit = await readCommit(gitDir(world, repo), sha, world.commits)
  if (commit === null) return E.left(unprocessable(`No commit found for SHA: ${sha}`))
  const row = atomically(world.db, () => {
    const id = run(
      world.db,
      `INSERT INTO statuses (repo_id, sha, context, state, target_url, description, creator_id, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[
        repo.id,
        sha,
        input.context ?? 'default',
        state,
        input.targetUrl ?? null,
        input.description ?? null,
      ],
      ...[creator.id, world.now()],
    )
    const status = one<StatusRow>(world.db, 'SELECT * FROM statuses WHERE id = ?', id) as StatusRow
    const body = {
      id,
      sha,
      name: `${repo.owner}/${repo.name}`,
      target_url: status.target_url,
      avatar_url: null,
      context: status.context,
      description: status.description,
      state,
      commit: commitJson(world, repo, commit),
      branches: branchesAt(world, repo, sha),
      created_at: iso(status.created_at),
      updated_at: iso(status.created_at),
    }
    emit(world, repo, creator, { event: 'status', action: null, body })
    return status
  })
  world.wakeDeliverer()
  return E.right(row)
}
