type Members = Readonly<Record<string, unknown>>

const text = (value: unknown): string => String(value as string)

const splitBlank = (self: string): ReadonlyArray<string> => self.split(/\s+/).filter((part) => part !== '')

const split = (self: string, separator: unknown, most: unknown): ReadonlyArray<string> => {
  if (separator === undefined || separator === null) return splitBlank(self)
  const parts = self.split(text(separator))
  if (typeof most !== 'number' || most < 0 || parts.length <= most + 1) return parts
  return [...parts.slice(0, most), parts.slice(most).join(text(separator))]
}

const methodsOfText = (self: string): Members => ({
  split: (separator: unknown, most: unknown) => split(self, separator, most),
  strip: () => self.trim(),
  lstrip: () => self.trimStart(),
  rstrip: () => self.trimEnd(),
  upper: () => self.toUpperCase(),
  lower: () => self.toLowerCase(),
  replace: (from: unknown, to: unknown) => self.replaceAll(text(from), () => text(to)),
  startswith: (prefix: unknown) => self.startsWith(text(prefix)),
  endswith: (suffix: unknown) => self.endsWith(text(suffix)),
  removeprefix: (prefix: unknown) => (self.startsWith(text(prefix)) ? self.slice(text(prefix).length) : self),
  removesuffix: (suffix: unknown) =>
    text(suffix) !== '' && self.endsWith(text(suffix)) ? self.slice(0, -text(suffix).length) : self,
  join: (parts: unknown) => (Array.isArray(parts) ? parts.map(text).join(self) : ''),
})

const methodsOfMapping = (self: Members): Members => ({
  get: (key: unknown, fallback: unknown) =>
    Object.hasOwn(self, text(key)) ? self[text(key)] : (fallback ?? null),
  keys: () => Object.keys(self),
  values: () => Object.values(self),
  items: () => Object.entries(self),
})

const own = (members: Members, name: string): unknown =>
  Object.hasOwn(members, name) ? members[name] : undefined

/**
 * What Python would find as `target[name]` or `target.name`; undefined when there is nothing. Only data and the
 * methods listed here can be reached: a template never gets at JavaScript's constructors and prototypes.
 */
export const memberOf = (target: unknown, name: unknown): unknown => {
  if (typeof target === 'string' || Array.isArray(target)) {
    if (typeof name !== 'number')
      return typeof target === 'string' ? own(methodsOfText(target), text(name)) : undefined
    return target[name < 0 ? target.length + name : name] as unknown
  }
  if (typeof target !== 'object' || target === null) return undefined
  const prototype: unknown = Object.getPrototypeOf(target)
  if (prototype !== Object.prototype && prototype !== null) return undefined
  const data = target as Members
  return Object.hasOwn(data, text(name)) ? data[text(name)] : own(methodsOfMapping(data), text(name))
}
