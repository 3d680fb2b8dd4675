/** `npm run -s chaos -- --seeds 200 [--from 1] [--width 2]`: ends with one line of JSON. */
import { parseArgs } from 'node:util'
import { chaos } from './chaos.js'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10' },
    from: { type: 'string', default: '1' },
    width: { type: 'string', default: '2' },
  },
})
const [seeds, from, width] = [Number(values.seeds), Number(values.from), Number(values.width)]

const verdicts = await chaos(
  Array.from({ length: seeds }, (_, i) => from + i),
  width,
  ({ seed, mode, struck, ms, landed, wrong }) => {
    const verdict = wrong.length === 0 ? 'ok' : 'WRONG'
    console.log(
      `seed ${seed} ${mode.strategy} ${mode.landing}: ${verdict}, ${landed} landed, ${struck} faults, ${ms} ms`,
    )
    for (const text of wrong) console.log(`  ${text}`)
  },
)
const wrong = verdicts.filter((v) => v.wrong.length > 0).map((v) => v.seed)
const faults = verdicts.reduce((sum, v) => sum + v.struck, 0)
console.log(JSON.stringify({ seeds, faults, wrong }))
process.exit(wrong.length === 0 && verdicts.length > 0 ? 0 : 1)
