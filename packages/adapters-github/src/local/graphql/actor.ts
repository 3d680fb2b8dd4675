import { appSlug } from '../json/user.js'
import { nodeId } from '../nodeId.js'
import type { UserRow } from '../store/rows.js'
import { iso } from '../time.js'
import type { World } from '../world.js'
import type { Node } from './answer.js'

/** An actor. As at GitHub, GraphQL names a bot without the `[bot]` that its REST login has. */
export const actorNode = (world: World, user: UserRow): Node => ({
  __typename: user.type,
  id: nodeId('User', user.id),
  databaseId: user.id,
  login: user.type === 'Bot' ? appSlug(user) : user.login,
  name: user.login,
  avatarUrl: '',
  createdAt: iso(user.created_at),
  updatedAt: iso(user.created_at),
  url: `${world.url()}/${user.login}`,
  resourcePath: `/${user.login}`,
})

/** The `viewer`: always a `User`, and for an app with the `[bot]` in its login, as at GitHub. */
export const viewerNode = (world: World, user: UserRow): Node => ({
  ...actorNode(world, user),
  __typename: 'User',
  login: user.login,
})

/** The app behind a bot. */
export const appNode = (world: World, bot: UserRow): Node => ({
  __typename: 'App',
  id: nodeId('App', bot.id),
  databaseId: bot.id,
  slug: appSlug(bot),
  name: appSlug(bot),
  description: null,
  createdAt: iso(bot.created_at),
  updatedAt: iso(bot.created_at),
  url: `${world.url()}/apps/${appSlug(bot)}`,
})
