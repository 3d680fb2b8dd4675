/** The fingerprint of a situation: equal for two that differ only by names and by what no decision reads. */
import type { Model, Situation } from '../model.js'
import { needsOf, writeQueue } from './queue.js'
import { writeState } from './state.js'
import { writeMessages, writeWorld } from './world.js'
import { makeDigest, type Digest } from './writer.js'

export type { Digest } from './writer.js'

/**
 * Makes a function that takes fingerprints of a model's situations. It is pure; what it keeps between two calls is only
 * scratch paper. Situations under different policies, or with other authors, never have the same.
 */
export const makeFingerprint = ({ policy, setting }: Model): ((situation: Situation) => Digest) => {
  const fixed = JSON.stringify([policy, setting.prs, setting.switches, setting.inOrder])
  const needs = needsOf(policy, setting)
  return makeDigest<Situation>((w, { state, world }) => {
    w.word(fixed)
    writeWorld(w, state, world, needs)
    writeState(w, state, world, needs)
    writeQueue(w, state, world, needs)
    writeMessages(w, state, world)
  })
}
