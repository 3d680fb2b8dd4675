import type { Failure, Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { permanent } from '../failure.js'
import { isObjectId, ObjectId } from '../objectId.js'
import { localFault, type Git } from './git.js'

/** How two commits go together: a tree, or the files they disagree about. */
export type Merge =
  | { readonly _tag: 'Clean'; readonly tree: Sha }
  | { readonly _tag: 'Conflict'; readonly files: ReadonlyArray<string> }
  | { readonly _tag: 'Unrelated' }

const ARGS = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages']

/** Merges two commits without touching any ref or file. */
export const mergeTree = async (git: Git, ours: Sha, theirs: Sha): Promise<E.Either<Failure, Merge>> => {
  const run = await git([...ARGS, ours, theirs])
  if (run.code !== 0 && run.code !== 1)
    return /unrelated histories/.test(run.stderr)
      ? E.right({ _tag: 'Unrelated' })
      : E.left(localFault('merge', run))
  const [tree = '', ...files] = run.stdout.split('\0').map((field) => field.trim())
  if (!isObjectId(tree)) return E.left(permanent('GitFault', 'git merge-tree printed no tree.'))
  const id = ObjectId.decode(tree)
  return run.code === 0 && E.isRight(id)
    ? E.right({ _tag: 'Clean', tree: id.right })
    : E.right({ _tag: 'Conflict', files: [...new Set(files.filter((file) => file !== ''))] })
}
