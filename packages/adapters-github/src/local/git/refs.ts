import * as E from 'fp-ts/lib/Either.js'
import { git, gitOrBroken, lines } from './run.js'

/** The object name git uses for "no such ref". */
export const ZERO = '0000000000000000000000000000000000000000'

/** One step of an all-or-nothing change of refs: null means the ref must not exist, or shall not. */
export type RefStep = { readonly name: string; readonly before: string | null; readonly after: string | null }

/** All refs of a repository but GitHub's own `refs/pull/`. */
export const listRefs = async (dir: string): Promise<ReadonlyMap<string, string>> => {
  const out = await gitOrBroken(dir, ['for-each-ref', '--format=%(objectname) %(refname)'])
  const pairs = lines(out).map((line) => [line.slice(41), line.slice(0, 40)] as const)
  return new Map(pairs.filter(([name]) => !name.startsWith('refs/pull/')))
}

/** Moves refs by compare-and-swap, all of them or none; the left is git's reason. */
export const moveRefs = async (
  dir: string,
  steps: ReadonlyArray<RefStep>,
): Promise<E.Either<string, void>> => {
  const input = steps.map((s) =>
    s.after === null
      ? `delete ${s.name} ${s.before ?? ZERO}\n`
      : `update ${s.name} ${s.after} ${s.before ?? ZERO}\n`,
  )
  const ran = await git(dir, ['update-ref', '--stdin'], {
    input: `start\n${input.join('')}prepare\ncommit\n`,
  })
  return ran.code === 0 ? E.right(undefined) : E.left(ran.stderr.trim())
}

/** Sets or deletes GitHub's own refs (`refs/pull/N/head`), whatever they were. */
export const forceRefs = async (
  dir: string,
  refs: ReadonlyArray<{ readonly name: string; readonly after: string | null }>,
): Promise<void> => {
  if (refs.length === 0) return
  const input = refs
    .map((r) => (r.after === null ? `delete ${r.name}\n` : `update ${r.name} ${r.after}\n`))
    .join('')
  await gitOrBroken(dir, ['update-ref', '--stdin'], { input })
}

/** May git keep a ref of this full name? */
export const isRefName = async (dir: string, name: string): Promise<boolean> =>
  name.startsWith('refs/') &&
  name.split('/').length >= 3 &&
  (await git(dir, ['check-ref-format', name])).code === 0
