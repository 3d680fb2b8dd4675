/** The heap that a state takes: measured between two collections of garbage, with nothing else kept. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { BranchStateCodec, type BranchState } from '@headgate/core'
import { opened, tested } from './lab.js'

interface MemoryFigure {
  readonly case: string
  readonly openPrs: number
  readonly megabytes: number
  readonly bytesPerPr: number
}

/** Collects garbage when called. */
export const collector = (): (() => void) => {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

/** As it is after a start: read back from text, so that nothing is shared with what made it. */
const reread = (state: BranchState): BranchState => {
  const decoded = BranchStateCodec.decode(JSON.parse(JSON.stringify(BranchStateCodec.encode(state))))
  if (decoded._tag === 'Left') throw new Error('the state does not decode')
  return decoded.right
}

const measure = (name: string, openPrs: number, make: () => BranchState): MemoryFigure => {
  const collect = collector()
  const kept: BranchState[] = []
  collect()
  const before = process.memoryUsage().heapUsed
  kept.push(make())
  collect()
  const bytes = process.memoryUsage().heapUsed - before
  if (kept.length !== 1) throw new Error('the state was collected')
  return {
    case: name,
    openPrs,
    megabytes: Math.round(bytes / 1e5) / 10,
    bytesPerPr: Math.round(bytes / openPrs),
  }
}

export const memoryFigures = (): ReadonlyArray<MemoryFigure> => {
  // Once before, so that compiled code and caches are not counted.
  reread(tested(100).state)
  const n = 10_000
  return [
    measure('open, waiting for their tests', n, () => opened(n).state),
    measure('open, with a test on record', n, () => tested(n).state),
    measure('the same, read back from a snapshot', n, () => reread(tested(n).state)),
  ]
}
