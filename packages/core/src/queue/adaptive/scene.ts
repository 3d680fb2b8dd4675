/** The part of the queue that `adaptive` plans for, with what it believes about each. */
import type { Assumptions } from '../../model/policy.js'
import { prNumber, type PrNumber } from '../../ids.js'
import { clashes } from '../lists.js'
import type { QueueView } from '../view.js'
import { beliefsOf, probability } from './beliefs.js'
import { and, all, hash, hashText, spared, type Bits } from './bits.js'
import { factsOf, pairOf, type Index } from './facts.js'
import type { IndexList } from './forecast.js'

/** From here on it is so likely bad that it is tested alone, apart from the others. */
const CONVICTED = 0.7
/** Whoever has been overtaken half as often as is allowed needs less than that. */
const DOUBTED = 0.15
/** A pull request that waits gains this much in worth for each mean duration of a test. */
const AGEING = 0.3
/** Before any test has ended: what ageing counts in. */
const TEST_MS = 20 * 60_000

export interface Scene {
  /** In the order of the queue, without the convicts. */
  readonly pool: IndexList
  readonly convicts: IndexList
  readonly names: ReadonlyArray<PrNumber>
  readonly indexOf: (number: PrNumber) => Index | undefined
  /** The worlds in which this one can land. */
  readonly good: (i: Index) => Bits
  /** The worlds, of those given, in which the list and this one are fine together. */
  readonly extend: (worlds: Bits, list: IndexList, i: Index) => Bits
  /** The worlds in which all of the list are fine together. */
  readonly fine: (list: IndexList) => Bits
  /** The worlds in which such a run does not flake; `nth` such run at a time. */
  readonly steady: (list: IndexList, nth: number) => Bits
  readonly worth: (list: IndexList) => number
  /** Whether it can be put on the list. */
  readonly fits: (list: IndexList, i: Index) => boolean
  readonly mayTest: (list: IndexList) => boolean
}

export const sceneOf = (view: QueueView, horizon: number, assume: Assumptions): Scene => {
  const facts = factsOf(view, horizon)
  const beliefs = beliefsOf(facts, assume)
  const goodOf = (i: Index): Bits =>
    facts.surprises(i).reduce((worlds, j) => and(worlds, beliefs.fine(pairOf(i, j))), beliefs.fine(i))
  const queue = Array.from({ length: facts.queued }, (_, i) => i)
  const goods = queue.map(goodOf)
  const good = (i: Index): Bits => goods[i] ?? all
  const overtaken = (i: Index): number => view.pullRequest(facts.names[i] ?? prNumber(0))?.overtaken ?? 0
  const enough = (i: Index): number => (2 * overtaken(i) >= view.maxOvertaken ? DOUBTED : CONVICTED)
  const isConvict = (i: Index): boolean => 1 - probability(good(i)) >= enough(i)
  const extend = (worlds: Bits, list: IndexList, i: Index): Bits =>
    facts
      .overlaps(i)
      .filter((j) => list.includes(j))
      .reduce((sum, j) => and(sum, beliefs.fine(pairOf(i, j))), and(worlds, good(i)))
  const fine = (list: IndexList): Bits =>
    list.reduce<{ readonly worlds: Bits; readonly before: IndexList }>(
      ({ worlds, before }, i) => ({ worlds: extend(worlds, before, i), before: [...before, i] }),
      { worlds: all, before: [] },
    ).worlds
  const name = (i: Index): PrNumber | undefined => facts.names[i]
  const seed = hashText(view.head)
  const age = (i: Index): number => Math.max(0, view.now - facts.arrived(i)) / TEST_MS
  return {
    pool: queue.filter((i) => !isConvict(i)).slice(0, horizon),
    convicts: queue.filter(isConvict),
    names: facts.names,
    indexOf: facts.indexOf,
    good,
    extend,
    fine,
    steady: (list, nth) =>
      spared(
        assume.flaking,
        list.reduce((sum, i) => hash(sum, name(i) ?? 0, 17, nth), seed),
      ),
    worth: (list) => list.reduce((sum, i) => sum + 1 + AGEING * age(i), 0),
    mayTest: (list) => view.mayTest(list.flatMap((i) => name(i) ?? [])),
    fits: (list, i) => {
      const number = name(i)
      return (
        number !== undefined &&
        !clashes(
          view,
          list.flatMap((j) => name(j) ?? []),
          number,
        )
      )
    },
  }
}
