/** GitHub's time stamps: ISO 8601, whole seconds, UTC. */
export const iso = (epochMs: number): string => new Date(epochMs).toISOString().replace(/\.\d{3}Z$/, 'Z')

/** As `iso`, keeping "never" as null. */
export const isoOrNull = (epochMs: number | null): string | null => (epochMs === null ? null : iso(epochMs))
