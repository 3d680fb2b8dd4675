/** A word of a shell command, quoted only where it must be: Python's `shlex.quote`. */
export const shellQuoted = (word: string): string => {
  if (word === '') return "''"
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`
}

/** Everything but printable ASCII as `\uXXXX`; line breaks of the layout stay. */
const ascii = (json: string): string =>
  json.replace(/[^ -~\n]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const compact = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(compact).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${compact(item)}`).join(', ')}}`
}

/** Data as JSON in the form of Python's `json.dumps`; with `indent`, over several lines. */
export const pythonJson = (value: unknown, indent?: number): string =>
  ascii(indent === undefined ? compact(value) : JSON.stringify(value, undefined, indent))
