import { readdirSync, readFileSync } from 'node:fs'

/** A process as `/proc` tells it. `startTime` (clock ticks since boot) with the pid names it uniquely per boot. */
export type ProcessFact = {
  readonly pid: number
  readonly group: number
  readonly session: number
  readonly startTime: string
}

/** Facts about a living process; undefined when there is none of this pid, or no `/proc` on this system. */
export const processFact = (pid: number): ProcessFact | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name may hold spaces and parentheses: fields are counted from the last ')'.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    return { pid, group: Number(fields[2]), session: Number(fields[3]), startTime: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

/** Whether the process was started with this `NAME=value` in its environment (inherited by its descendants). */
const startedWith = (pid: number, variable: string): boolean => {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(`\0${variable}`)
  } catch {
    return false
  }
}

const living = (): ReadonlyArray<ProcessFact> => {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => processFact(Number(name)) ?? [])
  } catch {
    return []
  }
}

/** An attempt's first process as it was recorded. Pid and start time together survive the reuse of pids. */
export type RecordedProcess = { readonly pid: number; readonly startTime: string }

const leads = (leader: RecordedProcess, fact: ProcessFact): boolean =>
  (fact.group === leader.pid || fact.session === leader.pid) &&
  (fact.pid === leader.pid
    ? fact.startTime === leader.startTime
    : BigInt(fact.startTime) >= BigInt(leader.startTime))

/** Whether the recorded pid has since been given to a stranger; then its group and session are the stranger's. */
const reused = (leader: RecordedProcess): boolean => {
  const now = processFact(leader.pid)
  return now !== undefined && now.startTime !== leader.startTime
}

/**
 * Kills, for sure, every process that belongs to one of `leaders` or carries the environment `mark`
 * ("NAME=prefix"), and repeats until none is left. Returns how many were killed.
 */
export const killRemnants = (leaders: ReadonlyArray<RecordedProcess>, mark: string): number => {
  const known = leaders.filter((leader) => !reused(leader))
  const killed = new Set<number>()
  for (let round = 0; round < 50; round++) {
    const remnants = living().filter(
      (fact) =>
        fact.pid !== process.pid &&
        (known.some((leader) => leads(leader, fact)) || startedWith(fact.pid, mark)),
    )
    if (remnants.length === 0) return killed.size
    for (const fact of remnants) {
      killed.add(fact.pid)
      try {
        process.kill(fact.pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
    }
  }
  return killed.size
}
