/** Thousandths of a core and bytes of memory. */
type Amount = { readonly mcpu: number; readonly memory: number }

/** What jobs may take together. One that asks for more than there is counts as all of it, so it runs alone. */
export type Room = {
  readonly fits: (job: Amount) => boolean
  readonly take: (job: Amount) => void
  readonly giveBack: (job: Amount) => void
}

/** A room in which nothing is taken yet. */
export const makeRoom = (all: Amount): Room => {
  const free = { ...all }
  const cost = (job: Amount): Amount => ({
    mcpu: Math.min(job.mcpu, all.mcpu),
    memory: Math.min(job.memory, all.memory),
  })
  const change = (job: Amount, sign: 1 | -1): void => {
    free.mcpu += sign * cost(job).mcpu
    free.memory += sign * cost(job).memory
  }
  return {
    fits: (job) => cost(job).mcpu <= free.mcpu && cost(job).memory <= free.memory,
    take: (job) => {
      change(job, -1)
    },
    giveBack: (job) => {
      change(job, 1)
    },
  }
}
