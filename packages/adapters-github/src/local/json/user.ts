import { nodeId } from '../nodeId.js'
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
    avatar_url: '',
    gravatar_id: '',
    url,
    html_url: `${world.url()}/${user.login}`,
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
