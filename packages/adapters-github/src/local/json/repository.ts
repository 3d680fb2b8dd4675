import { nodeId } from '../nodeId.js'
import { count, ensureUser } from '../store/lookups.js'
import type { RepoRow } from '../store/rows.js'
import { iso } from '../time.js'
import type { World } from '../world.js'
import { userJson } from './user.js'

const LINKS = [
  ...['forks', 'teams', 'hooks', 'events', 'tags', 'languages', 'stargazers', 'contributors', 'subscribers'],
  ...['subscription', 'merges', 'downloads', 'deployments'],
] as const
const TEMPLATES = {
  keys: 'keys{/key_id}',
  collaborators: 'collaborators{/collaborator}',
  issue_events: 'issues/events{/number}',
  assignees: 'assignees{/user}',
  branches: 'branches{/branch}',
  blobs: 'git/blobs{/sha}',
  git_tags: 'git/tags{/sha}',
  git_refs: 'git/refs{/sha}',
  trees: 'git/trees{/sha}',
  statuses: 'statuses/{sha}',
  commits: 'commits{/sha}',
  git_commits: 'git/commits{/sha}',
  comments: 'comments{/number}',
  issue_comment: 'issues/comments{/number}',
  contents: 'contents/{+path}',
  compare: 'compare/{base}...{head}',
  archive: '{archive_format}{/ref}',
  issues: 'issues{/number}',
  pulls: 'pulls{/number}',
  milestones: 'milestones{/number}',
  notifications: 'notifications{?since,all,participating}',
  labels: 'labels{/name}',
  releases: 'releases{/id}',
} as const

/** `<root>/repos/<owner>/<name>`, the API address of a repository. */
export const repoUrl = (world: Pick<World, 'url'>, repo: RepoRow): string =>
  `${world.url()}/repos/${repo.owner}/${repo.name}`

/** A repository as GitHub's REST API and webhooks show it. */
export const repoJson = (world: World, repo: RepoRow) => {
  const url = repoUrl(world, repo)
  const html = `${world.url()}/${repo.owner}/${repo.name}`
  const open = count(
    world.db,
    `SELECT count(*) AS n FROM pulls WHERE repo_id = ? AND state = 'OPEN'`,
    repo.id,
  )
  const forks = count(world.db, 'SELECT count(*) AS n FROM repositories WHERE parent_id = ?', repo.id)
  const plain = LINKS.map((name) => [`${name}_url`, `${url}/${name}`])
  const templates = Object.entries(TEMPLATES).map(([name, path]) => [`${name}_url`, `${url}/${path}`])
  return {
    id: repo.id,
    node_id: nodeId('Repository', repo.id),
    name: repo.name,
    full_name: `${repo.owner}/${repo.name}`,
    private: repo.private === 1,
    owner: userJson(world, ensureUser(world, repo.owner)),
    html_url: html,
    description: repo.description,
    fork: repo.parent_id !== null,
    url,
    ...(Object.fromEntries([...plain, ...templates]) as Record<string, string>),
    created_at: iso(repo.created_at),
    updated_at: iso(repo.pushed_at),
    pushed_at: iso(repo.pushed_at),
    git_url: `${html}.git`,
    ssh_url: `${html}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: true,
    has_projects: false,
    has_downloads: false,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: forks,
    mirror_url: null,
    archived: false,
    disabled: false,
    open_issues_count: open,
    license: null,
    allow_forking: true,
    allow_squash_merge: true,
    allow_merge_commit: true,
    allow_rebase_merge: true,
    allow_auto_merge: false,
    delete_branch_on_merge: false,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    custom_properties: {},
    visibility: repo.private === 1 ? 'private' : 'public',
    forks,
    open_issues: open,
    watchers: 0,
    default_branch: repo.default_branch,
  }
}

/** A repository by itself, which tells a little more than one inside another answer. */
export const fullRepoJson = (world: World, repo: RepoRow) => {
  const brief = repoJson(world, repo)
  return { ...brief, network_count: brief.forks_count, subscribers_count: 0 }
}
