/** `npm run -s bench:batch -- [jobs] [cpu]`: how fast the local Batch runs jobs of `true`; one line of JSON. */
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { makeBatchClient, type JobSpec } from '@headgate/adapters-batch'
import { startLocalBatch } from '@headgate/adapters-batch/local'

const jobOf = (id: number, cpu: string): JobSpec => ({
  job_id: id,
  in_update_parent_ids: [],
  absolute_parent_ids: [],
  always_run: false,
  process: { type: 'docker', command: ['true'], image: 'ubuntu', mount_docker_socket: false },
  attributes: { name: `job-${id}` },
  resources: { cpu },
})

const count = Number(process.argv[2] ?? 10_000)
const cpu = process.argv[3] ?? '1'
const dir = mkdtempSync(join(tmpdir(), 'headgate-bench-'))
const started = await startLocalBatch({ dir })()
if (isLeft(started)) throw new Error(started.left.sentence)
const { url, token, close } = started.right
const client = makeBatchClient({
  baseUrl: url,
  token: () => Promise.resolve(token),
  billingProject: 'bench',
  timeoutMs: 600_000,
})
const began = performance.now()
const jobs = Array.from({ length: count }, (_, i) => jobOf(i + 1, cpu))
const made = await client.createBatch({ token: 'bench', attributes: {}, jobs })()
if (isLeft(made)) throw new Error(made.left.sentence)
const submitted = performance.now()
for (;;) {
  const batch = await client.getBatch(made.right)()
  if (isLeft(batch)) throw new Error(batch.left.sentence)
  if (batch.right.complete) break
  await new Promise((wake) => setTimeout(wake, 100))
}
const seconds = (performance.now() - submitted) / 1000
process.stdout.write(
  `${JSON.stringify({
    jobs: count,
    submitSeconds: Math.round(submitted - began) / 1000,
    runSeconds: Math.round(seconds * 1000) / 1000,
    jobsPerSecond: Math.round(count / seconds),
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    load: loadavg()[0],
  })}\n`,
)
await close()
rmSync(dir, { recursive: true, force: true })
