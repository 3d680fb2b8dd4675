/** The simulated world, for scenarios. */
export type { World, WorldPr } from './simulation/world.js'
export { failed, perform } from './simulation/perform.js'
