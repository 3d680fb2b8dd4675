/** What the judges share. */
import type { BranchState, Sha, Violation } from '../../index.js'
import { prOfNumber, type World } from '../world/world.js'

export const unless = (holds: boolean, guarantee: string, text: string): ReadonlyArray<Violation> =>
  holds ? [] : [{ guarantee, text }]

/** By the world's record: the author is known, or an operator authorized this very source. */
export const mayRun = ({ policy }: BranchState, world: World, pr: number, source: Sha): boolean =>
  policy.trustedAuthors.includes(prOfNumber(world, pr)?.author ?? '') || world.authorized.includes(source)
