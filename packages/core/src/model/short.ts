/** The first seven characters, as people write SHAs. */
export const short = (s: string): string => s.slice(0, 7)
