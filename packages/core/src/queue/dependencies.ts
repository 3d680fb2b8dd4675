/**
 * What a pull request says that it depends on: lines `Depends-On: #12` of its description. The word is Zuul's, and
 * Gerrit's users know it.
 */
import { prNumber, type PrNumber } from '../ids.js'

/** `#12`, or the address of a pull request on whatever host the forge has. */
const LINE =
  /^\s*depends-on:\s*(?:#([1-9]\d{0,14})|https?:\/\/[^\s/]+\/([^\s/]+\/[^\s/]+)\/pull\/([1-9]\d{0,14})(?:[/?#]\S*)?)\s*$/i

/** Templates explain themselves in comments, which nobody sees. */
const withoutComments = (body: string): string => body.replace(/<!--[\s\S]*?(?:-->|$)/g, '')

const numberIn = (line: string, repository: string): PrNumber | undefined => {
  const [, here, elsewhere, there] = LINE.exec(line) ?? []
  if (here !== undefined) return prNumber(Number(here))
  return there !== undefined && elsewhere?.toLowerCase() === repository.toLowerCase()
    ? prNumber(Number(there))
    : undefined
}

/**
 * The pull requests of `repository` (`owner/name`) that a description names as those it depends on, each once, in the
 * order in which they are named. One to a line, and nothing else on the line; upper and lower case are the same. A pull
 * request of another repository is none that this queue could wait for, and is left out.
 *
 * @example
 * dependenciesIn('Speeds it up.\n\nDepends-On: #12\ndepends-on: https://github.com/acme/app/pull/7', 'acme/app')
 * // [12, 7]
 */
export const dependenciesIn = (body: string, repository: string): ReadonlyArray<PrNumber> => [
  ...new Set(
    withoutComments(body)
      .split(/\r\n|\r|\n/)
      .flatMap((line) => numberIn(line, repository) ?? []),
  ),
]
