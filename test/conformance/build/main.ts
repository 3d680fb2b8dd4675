/**
 * `npm run -s conformance -- build [FILE ...]`: plays recordings of what the reference selects and builds. Ends with one
 * line of JSON, `{cases, equal, different}`.
 */
import { existsSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { defaultRecordings } from './files.js'
import { play } from './play.js'

/** 0: all equal; 1: something differs; 2: a recording cannot be played. */
export const compareBuilds = (paths: ReadonlyArray<string>): number => {
  const files = paths.length === 0 ? defaultRecordings.filter(existsSync) : paths
  if (files.length === 0) {
    console.error('No recording is named, and there are none beside the checkout.')
    return 2
  }
  const played = files.map(play)
  const bad = played.find(E.isLeft)
  if (bad !== undefined) {
    console.error(bad.left)
    return 2
  }
  const compared = played.flatMap((one) => (E.isRight(one) ? one.right : []))
  const different = compared.filter(({ differs }) => differs.length > 0)
  for (const { case: name, differs } of different) console.log(`${name}: ${differs.join(', ')}`)
  console.log(
    JSON.stringify({
      cases: compared.length,
      equal: compared.length - different.length,
      different: different.map(({ case: name }) => name),
    }),
  )
  return different.length === 0 ? 0 : 1
}
