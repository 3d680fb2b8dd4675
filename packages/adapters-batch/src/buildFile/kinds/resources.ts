import { object, refined } from '../codec.js'
import { boolean } from './common.js'

const CPU = /^\+?((\d*\.)?\d+)m?$/
const SIZE = /^\+?((\d*\.)?\d+)([KMGTP]i?)?B?$/
const MEMORY_CLASSES = ['lowmem', 'standard', 'highmem']

const cpu = refined('a number of cores, such as "0.25", "2" or "250m"', (value) => {
  const quantity = typeof value === 'number' ? String(value) : value
  return typeof quantity === 'string' && CPU.test(quantity) ? quantity : undefined
})

const memory = refined('lowmem, standard, highmem or a size, such as "3.75Gi"', (value) =>
  typeof value === 'string' && (MEMORY_CLASSES.includes(value) || SIZE.test(value)) ? value : undefined,
)

const storage = refined('a size, such as "10Gi"', (value) =>
  typeof value === 'string' && SIZE.test(value) ? value : undefined,
)

/** What the job of a step asks for. */
export const resources = object('resources', {}, { cpu, memory, storage, preemptible: boolean })
