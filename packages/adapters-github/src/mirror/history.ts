import type { Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import type { Person, Signature } from './commitTree.js'
import { mustRun, type Git } from './git.js'
import { ObjectId } from '../objectId.js'

/** The commits that `source` adds to `tip`, oldest first, merges left out. */
export const addedCommits = async (
  git: Git,
  tip: Sha,
  source: Sha,
): Promise<E.Either<Failure, ReadonlyArray<Sha>>> => {
  const args = ['rev-list', '--reverse', '--topo-order', '--no-merges', `${tip}..${source}`]
  const out = await mustRun(git, 'list commits', args)
  return E.isLeft(out) ? out : E.right(out.right.split('\n').filter(ObjectId.is))
}

/** Author, message and first line of a commit. */
export const describe = async (
  git: Git,
  id: Sha,
): Promise<
  E.Either<Failure, { readonly author: Signature; readonly message: string; readonly subject: string }>
> => {
  const format = '--format=%an%x00%ae%x00%ad%x00%s%x00%B'
  const args = ['log', '-1', '--no-show-signature', '--date=raw', '--encoding=UTF-8', format, id]
  const out = await mustRun(git, 'read a commit', args)
  if (E.isLeft(out)) return out
  const [name = '', email = '', date = '', subject = '', ...message] = out.right.split('\0')
  return E.right({
    author: { name, email, date },
    subject,
    message: message.join('\0').replace(/\n+$/, '\n'),
  })
}

/** Who wrote the commits, in order of appearance, each once. */
export const authorsOf = async (
  git: Git,
  tip: Sha,
  source: Sha,
): Promise<E.Either<Failure, ReadonlyArray<Person>>> => {
  const range = ['--reverse', '--topo-order', '--no-merges', `${tip}..${source}`]
  const out = await mustRun(git, 'read authors', [
    'log',
    '--no-show-signature',
    '--format=%an%x00%ae',
    ...range,
  ])
  if (E.isLeft(out)) return out
  const people = out.right.split('\n').flatMap((line) => {
    const [name, email] = line.split('\0')
    return name === undefined || email === undefined ? [] : [{ name, email }]
  })
  return E.right(people.filter((p, i) => people.findIndex((q) => sameMail(p, q)) === i))
}

const sameMail = (a: Person, b: Person): boolean => a.email.toLowerCase() === b.email.toLowerCase()
