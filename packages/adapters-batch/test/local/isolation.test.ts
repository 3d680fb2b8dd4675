import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { bestIsolation } from '../../src/local/run/isolation.js'
import {
  alive,
  completed,
  done,
  eventually,
  job,
  runningService,
  submit,
  temporaryDir,
} from '../support/service.js'

const isSandboxed = bestIsolation() === 'bubblewrap'
if (!isSandboxed)
  console.warn('isolation: bubblewrap is not installed or not allowed here; its tests are skipped')

const sandboxTest = test.skipIf(!isSandboxed)

const logOf = async (
  running: Awaited<ReturnType<typeof runningService>>,
  script: string,
  more = {},
): Promise<string> => {
  const id = await submit(running.client, [job(1, script, more)])
  await completed(running.client, id)
  return (await done(running.client.getLog(id, 1))).main ?? ''
}

sandboxTest(
  'an isolated job reads no file of the service, and can write nowhere but in its own',
  async () => {
    const outside = temporaryDir()
    writeFileSync(join(outside, 'secret'), 'the secret')
    const running = await runningService({ isolation: 'best' })
    const script = `cat ${outside}/secret ${running.dir}/token ${running.dir}/batch.sqlite ~root/.bashrc
    touch ${outside}/made /usr/made /etc/made
    echo mine > /tmp/mine && cat /tmp/mine; echo out > /io/out && cat io/out; pwd; ls /proc | grep -c '^[0-9]'`
    const log = await logOf(running, script)
    expect(log).not.toContain('the secret')
    expect(log).not.toContain(running.service.token)
    expect(log).not.toContain('SQLite')
    expect(log).toMatch(/mine\nout\n.*\/scratch\.1\n[1-9]\n$/)
    expect(existsSync(join(outside, 'made'))).toBe(false)
    expect(existsSync('/usr/made') || existsSync('/etc/made')).toBe(false)
  },
)

sandboxTest('what is visible can be read and not written', async () => {
  const shown = temporaryDir()
  writeFileSync(join(shown, 'file'), 'shown\n')
  const running = await runningService({ isolation: 'bubblewrap', visible: [shown] })
  expect(await logOf(running, `cat ${shown}/file; echo x > ${shown}/file || echo refused`)).toMatch(
    /^shown\n.*refused\n$/s,
  )
  expect(readFileSync(join(shown, 'file'), 'utf8')).toBe('shown\n')
})

sandboxTest('an isolated job reaches the network only if it asks', async () => {
  const server = createServer((_, response) => void response.end('reached'))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  onTestFinished(() => void server.close())
  const running = await runningService({ isolation: 'best' })
  const script = `node -e "fetch('http://127.0.0.1:${(server.address() as AddressInfo).port}').then((r) => r.text()).then(console.log, () => console.log('no network'))"`
  expect(await logOf(running, script)).toBe('no network\n')
  expect(await logOf(running, script, { network: 'public' })).toBe('reached\n')
})

sandboxTest('variables of a job mean nothing to what isolates it, and arrive inside', async () => {
  const running = await runningService({ isolation: 'best' })
  const env = [
    { name: 'PATH', value: '/nowhere' },
    { name: 'ODD-NAME', value: "it's $HOME" },
  ]
  const id = await submit(running.client, [
    { ...job(1, ''), env, process: { ...job(1, '').process, command: ['/usr/bin/env'] } },
  ])
  await completed(running.client, id)
  const log = (await done(running.client.getLog(id, 1))).main ?? ''
  expect(log).toContain('PATH=/nowhere\n')
  expect(log).toContain("ODD-NAME=it's $HOME\n")
})

sandboxTest('a process that an isolated job leaves behind ends with it', async () => {
  const running = await runningService({ isolation: 'best' })
  const mark = `3${process.pid}.125`
  const id = await submit(running.client, [job(1, `setsid sleep ${mark} & sleep 0.2`), job(2, 'sleep 1')])
  await eventually(
    () => done(running.client.getJob(id, 1)),
    (one) => one.state === 'Success',
  )
  const { execFileSync } = await import('node:child_process')
  const listing = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
  const left = listing.split('\n').filter((line) => line.includes(`sleep ${mark}`))
  expect(left.map((line) => Number.parseInt(line, 10)).filter(alive)).toEqual([])
  await completed(running.client, id)
})
