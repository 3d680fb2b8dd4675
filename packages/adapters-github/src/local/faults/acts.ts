import * as E from 'fp-ts/lib/Either.js'
import { protect } from '../forge/protection.js'
import { settle } from '../forge/settle.js'
import { moveRefs } from '../git/refs.js'
import { protectionFrom } from '../rest/protectionBody.js'
import { branchSha, ensureUser, findRepo } from '../store/lookups.js'
import type { RepoRow } from '../store/rows.js'
import { gitDir, type World } from '../world.js'
import type { Fault } from './plan.js'

const repoNamed = (world: World, name: string): RepoRow | undefined => {
  const [owner = '', repo = ''] = name.split('/')
  return findRepo(world.db, owner, repo)
}

const forcePush = (world: World, repo: RepoRow, branch: string, to: string): Promise<void> =>
  world.lock(repo.network_id, async () => {
    const after = branchSha(world.db, repo, to) ?? to
    const step = { name: `refs/heads/${branch}`, before: branchSha(world.db, repo, branch), after }
    await moveRefs(gitDir(world, repo), [step])
    await settle(world, repo, ensureUser(world, repo.owner))
  })

/** What others do to the repository at the worst moment. What can't be done (no such repository) is not done. */
export const act = async (world: World, fault: Fault): Promise<void> => {
  if (fault._tag !== 'ForcePush' && fault._tag !== 'Protect') return
  const repo = repoNamed(world, fault.repository)
  if (repo === undefined) return
  if (fault._tag === 'ForcePush') return forcePush(world, repo, fault.branch, fault.to)
  if (fault.rules === null) return protect(world, repo, fault.branch, null)
  const rules = protectionFrom(fault.rules)
  if (E.isRight(rules)) protect(world, repo, fault.branch, rules.right)
}
