const CPU = /^\+?(\d*\.\d+|\d+)(m)?$/

/** Thousandths of a core asked for by "2", "0.25" or "250m"; undefined when the text is not a CPU quantity. */
export const parseMillicpu = (text: string): number | undefined => {
  const match = CPU.exec(text)
  if (match === null) return undefined
  const amount = Number(match[1])
  const millicpu = Math.round(match[2] === 'm' ? amount : amount * 1000)
  return millicpu > 0 ? millicpu : undefined
}
