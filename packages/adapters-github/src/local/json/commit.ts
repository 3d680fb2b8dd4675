import type { Commit, Signature } from '../git/commits.js'
import { nodeId } from '../nodeId.js'
import { ensureUser, findUser } from '../store/lookups.js'
import type { RefRow, RepoRow, StatusRow, UserRow } from '../store/rows.js'
import { userById } from '../store/lookups.js'
import { iso } from '../time.js'
import type { World } from '../world.js'
import { repoUrl } from './repository.js'
import { userJson } from './user.js'

/** The mail address that ties a commit to a user of this server. */
export const noreply = (user: Pick<UserRow, 'id' | 'login'>): string =>
  `${user.id}+${user.login}@users.noreply.github.com`

/** The user whose no-reply address signed, if any. */
export const signer = (world: World, who: Signature): UserRow | undefined => {
  const login = /^\d+\+(.+)@users\.noreply\.github\.com$/.exec(who.email)?.[1]
  return login === undefined ? undefined : findUser(world.db, login)
}

const signatureJson = (who: Signature) => ({ name: who.name, email: who.email, date: iso(who.at * 1000) })
const UNSIGNED = { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null }

/** A commit of the git database (`git/commits`). */
export const gitCommitJson = (world: World, repo: RepoRow, commit: Commit) => ({
  sha: commit.sha,
  node_id: nodeId('Commit', `${repo.id}:${commit.sha}`),
  url: `${repoUrl(world, repo)}/git/commits/${commit.sha}`,
  html_url: `${world.url()}/${repo.owner}/${repo.name}/commit/${commit.sha}`,
  author: signatureJson(commit.author),
  committer: signatureJson(commit.committer),
  tree: { sha: commit.tree, url: `${repoUrl(world, repo)}/git/trees/${commit.tree}` },
  message: commit.message,
  parents: commit.parents.map((sha) => ({
    sha,
    url: `${repoUrl(world, repo)}/git/commits/${sha}`,
    html_url: `${world.url()}/${repo.owner}/${repo.name}/commit/${sha}`,
  })),
  verification: UNSIGNED,
})

/** A commit as `commits`, `compare` and the status webhook show it. */
export const commitJson = (world: World, repo: RepoRow, commit: Commit) => {
  const url = `${repoUrl(world, repo)}/commits/${commit.sha}`
  const person = (who: Signature) => {
    const user = signer(world, who)
    return user === undefined ? null : userJson(world, user)
  }
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', `${repo.id}:${commit.sha}`),
    commit: {
      author: signatureJson(commit.author),
      committer: signatureJson(commit.committer),
      message: commit.message,
      tree: { sha: commit.tree, url: `${repoUrl(world, repo)}/git/trees/${commit.tree}` },
      url: `${repoUrl(world, repo)}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: UNSIGNED,
    },
    url,
    html_url: `${world.url()}/${repo.owner}/${repo.name}/commit/${commit.sha}`,
    comments_url: `${url}/comments`,
    author: person(commit.author),
    committer: person(commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${repoUrl(world, repo)}/commits/${sha}`,
      html_url: `${world.url()}/${repo.owner}/${repo.name}/commit/${sha}`,
    })),
  }
}

/** A ref of the git database. */
export const refJson = (world: World, repo: RepoRow, ref: RefRow, type = 'commit') => ({
  ref: ref.name,
  node_id: nodeId('Ref', `${repo.id}:${ref.name}`),
  url: `${repoUrl(world, repo)}/git/${ref.name}`,
  object: { sha: ref.sha, type, url: `${repoUrl(world, repo)}/git/${type}s/${ref.sha}` },
})

/** One commit status. */
export const statusJson = (world: World, repo: RepoRow, status: StatusRow) => ({
  url: `${repoUrl(world, repo)}/statuses/${status.sha}`,
  avatar_url: userJson(world, userById(world.db, status.creator_id)).avatar_url,
  id: status.id,
  node_id: nodeId('StatusContext', status.id),
  state: status.state,
  description: status.description,
  target_url: status.target_url,
  context: status.context,
  created_at: iso(status.created_at),
  updated_at: iso(status.created_at),
  creator: userJson(world, userById(world.db, status.creator_id)),
})

/** The signature a user of this server puts under commits made now. */
export const signatureOf = (world: World, user: UserRow): Signature => ({
  name: user.login,
  email: noreply(ensureUser(world, user.login)),
  at: Math.floor(world.now() / 1000),
  zone: '+0000',
})
