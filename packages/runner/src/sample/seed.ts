/** Puts the sample on the local GitHub. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { ask, type Forge } from '../local/forge.js'
import { git } from '../local/git.js'
import type { Made } from '../local/marker.js'
import { openPullRequest, protectBranch } from '../local/pullRequests.js'
import { DEVELOPERS, PULL_REQUESTS, REVIEWER, type SamplePullRequest } from './pullRequests.js'
import { makeSampleRepository } from './repository.js'

const OWNER = 'acme'
const NAME = 'greeter'

const pushArgs = (
  forge: Forge,
  as: string,
  repository: string,
  refs: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const basic = Buffer.from(`${as}:${forge.tokenFor(as)}`).toString('base64')
  const header = `http.extraHeader=Authorization: Basic ${basic}`
  return ['-c', header, 'push', '--quiet', `${forge.url}/${repository}.git`, ...refs]
}

const refOf = (branch: string): string => `refs/heads/${branch}:refs/heads/${branch}`

/** The fork has what its parent has; the author pushes one branch more, to the fork alone. */
const pushToFork = async (
  forge: Forge,
  dir: string,
  pr: SamplePullRequest,
): Promise<E.Either<string, void>> => {
  const path = `/repos/${OWNER}/${NAME}/forks`
  const forked = await ask(forge, { as: pr.author, method: 'POST', path, body: {}, answer: t.unknown })
  if (E.isLeft(forked)) return E.left(`the fork of ${pr.author}: ${forked.left.text}`)
  return E.map(() => undefined)(
    await git(dir, pushArgs(forge, pr.author, `${pr.author}/${NAME}`, [refOf(pr.branch)])),
  )
}

const openOne = async (forge: Forge, dir: string, pr: SamplePullRequest): Promise<E.Either<string, void>> => {
  if (pr.fork === true) {
    const pushed = await pushToFork(forge, dir, pr)
    if (E.isLeft(pushed)) return pushed
  }
  const opened = await openPullRequest(forge, `${OWNER}/${NAME}`, 'main', {
    title: pr.title,
    author: pr.author,
    head: pr.fork === true ? `${pr.author}:${pr.branch}` : pr.branch,
    ...(pr.labels === undefined ? {} : { labels: pr.labels }),
    ...(pr.approved ? { approvedBy: REVIEWER } : {}),
  })
  return E.isLeft(opened) ? E.left(`${pr.branch}: ${opened.left.text}`) : E.right(undefined)
}

/** Makes the repository in a scratch directory below `stateDir`, pushes it and opens its pull requests. */
export const seedSample = async (
  forge: Forge,
  stateDir: string,
  statusContext: string,
): Promise<E.Either<string, Made>> => {
  const dir = join(stateDir, 'sample')
  const made = await makeSampleRepository(dir)
  if (E.isLeft(made)) return made
  const created = await ask(forge, {
    as: OWNER,
    method: 'POST',
    path: '/user/repos',
    body: { name: NAME },
    answer: t.unknown,
  })
  if (E.isLeft(created)) return E.left(created.left.text)
  const own = PULL_REQUESTS.filter((pr) => pr.fork !== true).map((pr) => refOf(pr.branch))
  const pushed = await git(dir, pushArgs(forge, OWNER, `${OWNER}/${NAME}`, [refOf('main'), ...own]))
  if (E.isLeft(pushed)) return pushed
  const guarded = await protectBranch(forge, `${OWNER}/${NAME}`, 'main', statusContext)
  if (E.isLeft(guarded)) return E.left(guarded.left.text)
  for (const pr of PULL_REQUESTS) {
    const opened = await openOne(forge, dir, pr)
    if (E.isLeft(opened)) return opened
  }
  const base = await git(dir, ['rev-parse', 'refs/heads/main'])
  if (E.isLeft(base)) return base
  rmSync(dir, { recursive: true, force: true })
  return E.right({
    repository: `${OWNER}/${NAME}`,
    branch: 'main',
    base: base.right,
    trustedAuthors: DEVELOPERS,
    notes: [],
  })
}
