import { open } from 'node:fs/promises'

/** So much of a log is shown: its end, where failures are. The file itself is kept whole. */
const MAX_BYTES = 8 * 1024 * 1024

/** The text of a file, or the last part of a very long one; null when there is no such file. */
export const readTail = async (path: string, maxBytes = MAX_BYTES): Promise<string | null> => {
  try {
    const file = await open(path)
    try {
      const { size } = await file.stat()
      const skipped = Math.max(0, size - maxBytes)
      const bytes = Buffer.alloc(size - skipped)
      const { bytesRead } = await file.read(bytes, 0, bytes.length, skipped)
      const text = bytes.toString('utf8', 0, bytesRead)
      return skipped === 0 ? text : `[${skipped} earlier bytes are not shown]\n${text}`
    } finally {
      await file.close()
    }
  } catch {
    return null
  }
}
