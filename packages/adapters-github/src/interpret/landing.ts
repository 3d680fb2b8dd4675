import type { EffectOf, Event, Failure, RefusalCode, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { readLanding, type LandingView } from '../query/landing.js'
import { answering, failed, placeOf, type GithubInterpreterOptions } from './context.js'

/** How a landing ended, before it becomes an event. */
export type Outcome =
  | { readonly _tag: 'Landed'; readonly landed: Sha }
  | { readonly _tag: 'Refused'; readonly code: RefusalCode; readonly text: string }
  | { readonly _tag: 'Failed'; readonly failure: Failure }

export const landed = (commit: Sha): Outcome => ({ _tag: 'Landed', landed: commit })
export const refused = (code: RefusalCode, text: string): Outcome => ({ _tag: 'Refused', code, text })
export const broken = (failure: Failure): Outcome => ({ _tag: 'Failed', failure })

/** The event that tells an outcome. */
export const outcomeEvent = (
  options: GithubInterpreterOptions,
  effect: EffectOf<'LandBranch'>,
  outcome: Outcome,
): Event => {
  switch (outcome._tag) {
    case 'Landed':
      return { _tag: 'BranchLanded', ...answering(options, effect), landed: outcome.landed }
    case 'Refused':
      return { _tag: 'LandingRefused', ...answering(options, effect), code: outcome.code, text: outcome.text }
    case 'Failed':
      return failed(options, effect, outcome.failure)
  }
}

/** Reads the head with each member's pull request; the head is that of the last read. */
export const readViews = async (
  options: GithubInterpreterOptions,
  ticket: EffectOf<'LandBranch'>['ticket'],
): Promise<E.Either<Failure, ReadonlyArray<LandingView>>> => {
  const views: LandingView[] = []
  for (const member of ticket.members) {
    const view = await readLanding(options.client, placeOf(options), member.pr)
    if (E.isLeft(view)) return view
    views.push(view.right)
  }
  return E.right(views)
}

/** What stands against landing these pull requests on this base, as far as the forge shows it now. */
export const hindrance = (
  options: GithubInterpreterOptions,
  ticket: EffectOf<'LandBranch'>['ticket'],
  views: ReadonlyArray<LandingView>,
): Outcome | undefined => {
  const { branch } = placeOf(options)
  const moved = views.find((view) => view.head !== ticket.base)
  if (moved !== undefined)
    return refused('HeadMoved', `${branch} is at ${moved.head}; the test ran on ${ticket.base}.`)
  for (const [i, { pr, pullRequest }] of views.entries()) {
    const source = ticket.members[i]?.source
    if (pullRequest.state !== 'OPEN')
      return refused('Refused', `#${pr} is ${pullRequest.state.toLowerCase()}.`)
    if (pullRequest.baseRefName !== branch)
      return refused('Refused', `#${pr} targets ${pullRequest.baseRefName} now.`)
    if (pullRequest.headRefOid !== source)
      return refused('SourceMoved', `#${pr} is at ${pullRequest.headRefOid}; ${String(source)} was tested.`)
  }
  return undefined
}
