/** Python's `repr` of a text. */
const quoted = (text: string): string => {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(quote, `\\${quote}`)
  return `${quote}${escaped}${quote}`
}

const represent = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value)
  if (Array.isArray(value)) return `[${value.map(represent).join(', ')}]`
  if (typeof value === 'object' && value !== null && !(value instanceof String))
    return `{${Object.entries(value)
      .map(([key, item]) => `${quoted(key)}: ${represent(item)}`)
      .join(', ')}}`
  return pythonText(value)
}

/** A value as Jinja prints it: Python's `str`, so `True`, `None` and `['a']`. */
export const pythonText = (value: unknown): string => {
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'object' && !(value instanceof String)) return represent(value)
  return String(value as string | number)
}
