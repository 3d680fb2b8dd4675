import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { readTrace, fateOf, defaultAssumptions, contenders, playOut, figuresOf, oracle, traceOf } from '@headgate/core/simulation'
const [trace, name, load, seed, n] = process.argv.slice(2)
const read = readTrace(trace, gunzipSync(readFileSync(`packages/core/traces/${trace}.csv.gz`)).toString()) as any
const t0 = read.right
const N = Math.min(Number(n ?? 1e9), t0.times.length)
const t = { ...t0, times: t0.times.slice(0, N), overlaps: t0.overlaps.slice(0, N).map((o: number[]) => o.filter((x) => x < N)) }
const fate = fateOf(t, { ...defaultAssumptions, load: Number(load) }, Number(seed))
const o = figuresOf(oracle(fate))
for (const nm of name.split(',')) {
const c = contenders.find((x) => x.name === nm)!
const started = performance.now()
const r = playOut(c, fate)
const f = figuresOf(r)
console.log(nm, trace, load, seed, 'p50', (f.p50 / o.p50).toFixed(2), 'p95', (f.p95 / o.p95).toFixed(2), 'cost', (f.ciMinutesPerLanded / o.ciMinutesPerLanded).toFixed(2), 'landed', f.landed, 'ej', f.ejected, '/', o.ejected, 'inn', f.ejectedInnocents, 'still', f.stillWaiting, 'runs', f.runs, 'cut', r.cut, 'events', r.events, 'wrongs', r.wrongs.length, ((performance.now() - started) / 1000).toFixed(1) + 's')
}
