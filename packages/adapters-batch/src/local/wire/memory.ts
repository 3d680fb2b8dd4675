const MEMORY = /^\+?(\d*\.\d+|\d+)([KMGTP]i?)?B?$/

/** Shares of a core's memory that Hail Batch has names for; the limit of cores limits them too. */
const SHARES = new Set(['lowmem', 'standard', 'highmem'])

const UNITS = ['', 'K', 'M', 'G', 'T', 'P']

/** Bytes asked for by "512M" or "3.75Gi"; 0 by a share such as "standard"; undefined when the text is neither. */
export const parseMemory = (text: string): number | undefined => {
  if (SHARES.has(text)) return 0
  const [, amount, unit = ''] = MEMORY.exec(text) ?? []
  if (amount === undefined) return undefined
  const base = unit.endsWith('i') ? 1024 : 1000
  return Math.ceil(Number(amount) * base ** UNITS.indexOf(unit.replace('i', '')))
}
