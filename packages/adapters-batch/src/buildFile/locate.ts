import { isMap, isPair, isScalar, isSeq, type Document, type LineCounter, type Node } from 'yaml'
import type { Place } from './error.js'

/** A path into the file: keys and indexes, as text. */
export type Path = ReadonlyArray<string>

/** Where the value at a path stands, or the deepest part of the path that exists; with `key`, where its key stands. */
export type Locate = (path: Path, key?: boolean) => Place

const start: Place = { line: 1, column: 1 }

type Step = { readonly value: unknown; readonly key: unknown }

const child = (document: Document, node: unknown, segment: string): Step | undefined => {
  const target = resolveAlias(document, node)
  if (isSeq(target)) return { value: target.items[Number(segment)], key: target.items[Number(segment)] }
  if (!isMap(target)) return undefined
  // The last of equal keys counts, as in the decoded value.
  const pair = target.items
    .filter((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === segment)
    .at(-1)
  return pair === undefined ? undefined : { value: pair.value ?? pair.key, key: pair.key }
}

const resolveAlias = (document: Document, node: unknown): unknown =>
  typeof node === 'object' && node !== null && 'resolve' in node && typeof node.resolve === 'function'
    ? (node as { resolve: (of: Document) => unknown }).resolve(document)
    : node

/** Places of a parsed document. */
export const locator =
  (document: Document, lines: LineCounter): Locate =>
  (path, key = false) => {
    let at: Step = { value: document.contents, key: document.contents }
    let last: unknown = document.contents
    for (const segment of path) {
      const next = child(document, at.value, segment)
      if (next?.value === undefined) break
      at = next
      last = key ? next.key : next.value
    }
    const offset = (last as Partial<Node> | null)?.range?.[0]
    if (offset === undefined) return start
    const { line, col } = lines.linePos(offset)
    return { line, column: col }
  }
