import { nodeId } from '../nodeId.js'
import { count } from '../store/lookups.js'
import type { UserRow } from '../store/rows.js'
import { iso } from '../time.js'
import type { World } from '../world.js'

/** A user, bot or organization as GitHub's REST API and webhooks show it. */
export const userJson = (world: Pick<World, 'url'>, user: UserRow) => {
  const url = `${world.url()}/users/${encodeURIComponent(user.login)}`
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('User', user.id),
    avatar_url: `${world.url()}/avatars/u/${user.id}`,
    gravatar_id: '',
    url,
    html_url: `${world.url()}/${user.type === 'Bot' ? `apps/${appSlug(user)}` : user.login}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  }
}

/** A user by itself, with the profile that nobody has filled in here. */
export const profileJson = (world: World, user: UserRow) => {
  const owned = (hidden: 0 | 1) =>
    count(
      world.db,
      'SELECT count(*) AS n FROM repositories WHERE owner = ? AND private = ?',
      user.login,
      hidden,
    )
  return {
    ...userJson(world, user),
    name: user.login,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    public_repos: owned(0),
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: iso(user.created_at),
    updated_at: iso(user.created_at),
  }
}

/** The slug of the app behind a bot: its login without `[bot]`. */
export const appSlug = (bot: UserRow): string => bot.login.replace(/\[bot\]$/, '')

/** The GitHub App a bot user stands for; its id is the bot's id. */
export const appJson = (world: Pick<World, 'url'>, bot: UserRow) => ({
  id: bot.id,
  slug: appSlug(bot),
  node_id: nodeId('App', bot.id),
  owner: userJson(world, bot),
  name: appSlug(bot),
  description: '',
  external_url: world.url(),
  html_url: `${world.url()}/apps/${appSlug(bot)}`,
  created_at: iso(bot.created_at),
  updated_at: iso(bot.created_at),
  permissions: { checks: 'write', contents: 'write', pull_requests: 'write', statuses: 'write' },
  events: [],
})
