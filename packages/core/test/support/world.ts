/** The simulated world, for scenarios. */
export { newWorld, type World, type WorldPr } from './simulation/world.js'
export { failed, perform } from './simulation/perform.js'
