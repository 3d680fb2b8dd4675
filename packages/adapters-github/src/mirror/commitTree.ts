import type { Failure, Sha } from '@headgate/core'
import type * as E from 'fp-ts/lib/Either.js'
import { mustRun, type Git } from './git.js'
import { oneId } from './objects.js'

/** Who signs a commit. */
export interface Person {
  readonly name: string
  readonly email: string
}

/** A person at a moment, in git's own form `<seconds> <zone>`. */
export interface Signature extends Person {
  readonly date: string
}

/** Everything a commit is made of; the same parts give the same SHA. */
export interface CommitParts {
  readonly tree: Sha
  readonly parents: ReadonlyArray<Sha>
  readonly message: string
  readonly author: Signature
  readonly committer: Signature
}

/** Names that git refuses (only punctuation, or nothing) exist in old histories; they become `unknown`. */
const nameFor = (name: string): string => {
  const clean = name.replace(/[<>\n\x00]/g, '')
  return clean.replace(/[\s.,:;"'\\]/g, '') === '' ? 'unknown' : clean
}

const variables = (role: 'AUTHOR' | 'COMMITTER', who: Signature): Record<string, string> => ({
  [`GIT_${role}_NAME`]: nameFor(who.name),

  [`GIT_${role}_EMAIL`]: who.email.replace(/[<>\n\x00]/g, ''),
  [`GIT_${role}_DATE`]: `@${who.date}`,
})

/** Writes a commit object. */
export const commitTree = async (git: Git, parts: CommitParts): Promise<E.Either<Failure, Sha>> =>
  oneId(
    await mustRun(
      git,
      'write a commit',
      ['commit-tree', parts.tree, ...parts.parents.flatMap((parent) => ['-p', parent]), '-F', '-'],
      {
        input: parts.message.replaceAll('\0', ''),
        env: { ...variables('AUTHOR', parts.author), ...variables('COMMITTER', parts.committer) },
      },
    ),
  )
