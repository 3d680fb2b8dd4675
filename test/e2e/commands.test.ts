import { expect, test } from 'vitest'
import { untilSaid } from '../support/cli.js'
import { serving } from '../support/serving.js'

interface Comment {
  readonly id: number
  readonly body: string
}

test('commands in comments are obeyed, by whom they may be, and each is answered once', async () => {
  const { github, running, as } = await serving()
  await as('acme', 'PUT', '/collaborators/maud', { permission: 'push' })
  await as('ada', 'POST', '/pulls', { title: 'A feature', head: 'feature', base: 'main' })
  await untilSaid(running, /✓ #1 passed/)

  const comments = async () =>
    (await as('ada', 'GET', '/issues/1/comments?per_page=100')) as ReadonlyArray<Comment>
  const answersTo = async (id: number) =>
    (await comments()).filter(({ body }) => body.includes(`<!-- headgate: answer to ${id} -->`))
  /** Says it, and waits for the answer. */
  const ask = async (login: string, body: string): Promise<string> => {
    const { id } = (await as(login, 'POST', '/issues/1/comments', { body })) as Comment
    for (let look = 0; look < 200; look++) {
      const [answer] = await answersTo(id)
      if (answer !== undefined) return answer.body.split('\n\n<!--')[0] ?? ''
      await new Promise((go) => setTimeout(go, 50))
    }
    throw new Error(`no answer to ${body}`)
  }
  const labels = async () =>
    ((await as('ada', 'GET', '/issues/1/labels')) as ReadonlyArray<{ readonly name: string }>).map(
      (l) => l.name,
    )

  expect(await ask('mallory', '@headgate why')).toMatch(/^@mallory - .*\(NotApproved; cleared by reviewer\)/)
  expect(await ask('mallory', '@headgate retry')).toBe(
    '@mallory `retry` needs the role "write" in this repository, or to be the author.',
  )
  expect(await ask('maud', '@headgate merge')).toContain('I don\'t know "merge"')
  expect(await ask('ada', 'Not now.\n@headgate hold')).toBe(
    '@ada It is held by the label `WIP` until it is taken away; `unhold` does that.',
  )
  expect(await labels()).toEqual(['WIP'])
  await as('grace', 'POST', '/pulls/1/reviews', { event: 'APPROVE' })

  const { id } = (await as('maud', 'POST', '/issues/1/comments', { body: '@headgate retry' })) as Comment
  await untilSaid(running, /✓ #1 passed.*\n(?:.*\n)*.*✓ #1 passed/)
  expect(await ask('maud', '@headgate unhold\n@headgate priority')).toBe(
    '@maud It may go on: `WIP` is taken away.\n\nIt has high priority now (`prio:high`).',
  )
  await untilSaid(running, /● #1 "A feature" landed/)
  expect(await answersTo(id)).toHaveLength(1)

  // Where it stands is one comment, which was edited all along.
  const reports = async () =>
    (await comments()).filter(({ body }) => body.startsWith('<!-- headgate: report -->'))
  for (let look = 0; look < 200 && !(await reports())[0]?.body.includes('Landed on'); look++)
    await new Promise((go) => setTimeout(go, 50))
  expect(await reports()).toMatchObject([
    { body: expect.stringMatching(/Landed on `main` as [0-9a-f]{40}, tested in batch \d+\./) as unknown },
  ])

  // The same delivery again: nothing is said twice.
  const hooks = (await as('acme', 'GET', '/hooks')) as ReadonlyArray<{ readonly id: number }>
  const path = `/hooks/${hooks[0]?.id ?? 0}/deliveries`
  const deliveries = (await as('acme', 'GET', `${path}?per_page=100`)) as ReadonlyArray<{
    readonly id: number
    readonly event: string
  }>
  const before = await comments()
  const told = deliveries.filter(({ event }) => event === 'issue_comment')
  expect(told.length).toBeGreaterThan(5)
  for (const delivery of told) await as('acme', 'POST', `${path}/${delivery.id}/attempts`, {})
  await new Promise((go) => setTimeout(go, 1500))
  expect(await comments()).toEqual(before)

  running.process.kill('SIGTERM')
  expect(await running.ended).toMatchObject({ status: 0, stderr: '' })
  expect(github.url).not.toBe('')
}, 60_000)
