/** With real git and the local GitHub: what lands is the merge of the reviewed heads, from the tested base, or nothing. */
import { effectId, sha, type Member, type MergeMethod, type Sha } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { GithubClient } from '../../src/client.js'
import { classifyHttp, unknown } from '../../src/failure.js'
import type { LocalGithub } from '../../src/local/index.js'
import { git, rest, started, temporary } from '../local/support.js'
import { expectEvent, gated, land, member, prepare } from '../support/forge.js'

// Dozens of git processes a test: patience for a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const world = await temporary()
let github: LocalGithub
beforeAll(async () => {
  github = await started({ dir: `${world.dir}/state` })
})
afterAll(async () => {
  await github.close()
  await world.remove()
})

type Gate = Awaited<ReturnType<typeof gated>>
const methods: ReadonlyArray<MergeMethod> = ['merge', 'squash', 'rebase']

/** The tree that plain git makes of the base and the sources, merged one after the other in a work tree. */
const mergedByGit = async ({ work }: Gate, base: string, sources: ReadonlyArray<string>): Promise<string> => {
  await git(work, 'fetch', '--quiet', 'origin')
  await git(work, 'checkout', '--quiet', '--detach', base)
  for (const source of sources) await git(work, 'merge', '--quiet', '--no-edit', source)
  return git(work, 'rev-parse', 'HEAD^{tree}')
}
const treeAt = async ({ work }: Gate, commit: string): Promise<string> => {
  await git(work, 'fetch', '--quiet', 'origin')
  return git(work, 'rev-parse', `${commit}^{tree}`)
}
const fileAt = ({ work }: Gate, commit: string, path: string): Promise<string> =>
  git(work, 'show', `${commit}:${path}`)

/** Something happens right before the mutation is sent. */
const racing =
  (name: string, race: () => Promise<unknown>) =>
  (client: GithubClient): GithubClient => ({
    ...client,
    graphql: async (call) => {
      if (call.document.includes(`mutation ${name}`)) await race()
      return client.graphql(call)
    },
  })

let number = 0
const gate = (): Promise<Gate> => gated(github, world.dir, `incident-${++number}`)

/** One pull request. */
const single = async (at: Gate): Promise<Member> => member(await at.pull('one', { 'a.txt': 'two\n' }))

/** Three pull requests that touch different places. */
const three = async (at: Gate): Promise<ReadonlyArray<Member>> => [
  member(await at.pull('one', { 'a.txt': 'two\n' })),
  member(await at.pull('two', { 'c.txt': 'c\n' })),
  member(await at.pull('three', { 'd/e.txt': 'e\n' })),
]

describe('5.1 squash groups used a wrong merge base, and earlier work was silently reverted', () => {
  test.each(methods)(
    '5.1 a group of three lands as the merge that git itself makes of the reviewed heads (%s)',
    async (method) => {
      const at = await gate()
      const members = await three(at)
      // The branch moves on before the group is prepared.
      const base = sha(await at.branch('main', { 'b.txt': 'earlier work\n' }))
      const { event } = await at.prepared(members, base, method)
      const landed = expectEvent(await at.act(land(members, base, event, { method })), 'BranchLanded')
      expect(landed.landed).toBe(event.commit)
      expect(await at.head()).toBe(event.commit)
      expect(await treeAt(at, event.commit)).toBe(
        await mergedByGit(
          at,
          base,
          members.map((m) => m.source),
        ),
      )
      expect(await fileAt(at, event.commit, 'b.txt')).toBe('earlier work')
    },
  )

  test('5.1 a candidate made on a stale base is refused, by whatever method and however it is dressed up', async () => {
    const at = await gate()
    const one = await single(at)
    const base = sha(await at.branch('main', { 'b.txt': 'earlier work\n' }))
    for (const method of methods) {
      const { event: stale } = await at.prepared([one], at.base, method)
      const parents = method === 'merge' ? ['-p', base, '-p', one.source] : ['-p', base]
      const dressed = sha(await git(at.work, 'commit-tree', stale.tree, ...parents, '-m', method))
      await git(at.work, 'push', '--quiet', 'origin', `${dressed}:refs/heads/headgate/main/run-${method}`)
      for (const commit of [dressed, stale.commit])
        expect(await at.act(land([one], base, { commit, tree: stale.tree }, { method }))).toMatchObject({
          ...{ _tag: 'LandingRefused', code: 'Refused' },
          text: expect.stringContaining('is not what the base and the sources give') as string,
        })
    }
    expect(await at.head()).toBe(base)
    expect(await fileAt(at, base, 'b.txt')).toBe('earlier work')
  })

  test('5.1 the right tree on a wrong parent is refused too', async () => {
    const at = await gate()
    const one = await single(at)
    const { event } = await at.prepared([one], at.base, 'squash')
    const orphan = sha(await git(at.work, 'commit-tree', event.tree, '-m', 'x'))
    await git(at.work, 'push', '--quiet', 'origin', `${orphan}:refs/heads/headgate/main/run-x`)
    const ticket = land([one], at.base, { commit: orphan, tree: event.tree }, { method: 'squash' })
    expect(await at.act(ticket)).toMatchObject({
      ...{
        _tag: 'LandingRefused',
        code: 'Refused',
        text: expect.stringContaining('is not based on') as string,
      },
    })
    expect(await at.head()).toBe(at.base)
  })
})

describe('5.2 the base moved between the diff and the squash, and commits were reverted', () => {
  test('5.2 fast-forward: the base moves in the last moment; nothing lands, nothing is reverted', async () => {
    const at = await gate()
    const one = await single(at)
    const { event } = await at.prepared([one], at.base, 'squash')
    const act = at.acting(racing('UpdateRefs', () => at.branch('main', { 'b.txt': 'meanwhile\n' })))
    expect(await act(land([one], at.base, event, { method: 'squash' }))).toMatchObject({ code: 'HeadMoved' })
    const head = await at.head()
    expect([await fileAt(at, head, 'b.txt'), await fileAt(at, head, 'a.txt')]).toEqual(['meanwhile', 'one'])
  })

  test('5.2 forge merge: the base moves in the last moment; nothing is reverted, and an inspection shows the other parent', async () => {
    const at = await gate()
    const one = await single(at)
    const { event } = await at.prepared([one], at.base, 'squash')
    const act = at.acting(racing('MergePullRequest', () => at.branch('main', { 'b.txt': 'meanwhile\n' })))
    const ticket = land([one], at.base, event, { method: 'squash', landing: 'forge-merge' })
    const { landed } = expectEvent(await act(ticket), 'BranchLanded')
    await treeAt(at, landed)
    expect([await fileAt(at, landed, 'b.txt'), await fileAt(at, landed, 'a.txt')]).toEqual([
      'meanwhile',
      'two',
    ])
    const seen = expectEvent(
      await at.act({ _tag: 'InspectCommit', id: effectId('i'), commit: landed }),
      'CommitInspected',
    )
    // This is what makes the core doubt the head and test it before anything is deployed.
    expect(seen.parents).not.toContain(at.base)
    expect(seen.tree).not.toBe(event.tree)
  })
})

test('5.3 a push in the last moment of a fast-forward is not in what lands', async () => {
  const at = await gate()
  const one = await single(at)
  const { event } = await at.prepared([one], at.base)
  const act = at.acting(racing('UpdateRefs', () => at.branch('one', { 'a.txt': 'evil\n' })))
  expect(await act(land([one], at.base, event))).toMatchObject({ _tag: 'BranchLanded', landed: event.commit })
  expect(await treeAt(at, await at.head())).toBe(await mergedByGit(at, at.base, [one.source]))
  expect(await fileAt(at, await at.head(), 'a.txt')).toBe('two')
})

test('5.4 the squash used the pull request’s newest head unchecked: here it uses the SHA that the order names', async () => {
  const at = await gate()
  const one = await single(at)
  await at.branch('one', { 'a.txt': 'newer and not reviewed\n' })
  for (const method of methods) {
    const { event } = await at.prepared([one], at.base, method)
    expect(await treeAt(at, event.commit)).toBe(await mergedByGit(at, at.base, [one.source]))
    expect(await fileAt(at, event.commit, 'a.txt')).toBe('two')
  }
})

describe('5.5 of a batch, some were merged and the k-th failed', () => {
  const patch = (at: Gate, pull_number: number, change: Readonly<Record<string, string>>) =>
    rest(github, 'ada').request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...{ ...at.at, pull_number, ...change },
    })
  const push = (at: Gate, ref: string, source: string, undo: boolean) =>
    undo
      ? git(at.work, 'push', '--quiet', '--force', 'origin', `${source}:refs/heads/${ref}`)
      : at.branch(ref, { 'z.txt': 'z\n' }, source)

  /** Each fault, and how it is undone for the next k. */
  type Fault = (at: Gate, ref: string, one: Member, undo: boolean) => Promise<unknown>
  const faults: ReadonlyArray<readonly [string, Fault]> = [
    ['was pushed to', (at, ref, { source }, undo) => push(at, ref, source, undo)],
    ['was closed', (at, _ref, { pr }, undo) => patch(at, pr, { state: undo ? 'open' : 'closed' })],
    ['was retargeted', (at, _ref, { pr }, undo) => patch(at, pr, { base: undo ? 'main' : 'other' })],
  ]
  test('5.5 the k-th of three was pushed to, closed or retargeted, for every k: none of them lands', async () => {
    const at = await gate()
    const members = await three(at)
    await at.branch('other', { 'o.txt': 'o\n' })
    const { event } = await at.prepared(members, at.base, 'squash')
    const effect = land(members, at.base, event, { method: 'squash' })
    for (const [name, fault] of faults)
      for (const [k, ref] of ['one', 'two', 'three'].entries()) {
        const one = members[k]
        if (one === undefined) throw new Error('no pull request')
        await fault(at, ref, one, false)
        expect(await at.act(effect), `${ref} ${name}`).toMatchObject({ _tag: 'LandingRefused' })
        expect(await at.head()).toBe(at.base)
        await fault(at, ref, one, true)
      }
    // Undone, it was nothing but the faults that stood in the way.
    expect(await at.act(effect)).toMatchObject({ _tag: 'BranchLanded', landed: event.commit })
  })

  test('5.6 a chain lands with the SHAs that were tested, all of them by one move of the branch', async () => {
    const at = await gate()
    const members = await three(at)
    const { event } = await at.prepared(members, at.base, 'squash')
    let moves = 0
    const act = at.acting(racing('UpdateRefs', () => Promise.resolve(moves++)))
    expect(await act(land(members, at.base, event, { method: 'squash' }))).toMatchObject({
      landed: event.commit,
    })
    expect(moves).toBe(1)
    await git(at.work, 'fetch', '--quiet', 'origin')
    const chain = await git(at.work, 'rev-list', '--count', `${at.base}..${event.commit}`)
    expect(chain).toBe('3')
  })

  test('5.5 the forge’s merge button is never pressed for more than one pull request', async () => {
    const at = await gate()
    const members = await three(at)
    const { event } = await at.prepared(members, at.base)
    expect(await at.act(land(members, at.base, event, { landing: 'forge-merge' }))).toMatchObject({
      ...{ _tag: 'EffectFailed', failure: { kind: 'permanent', code: 'OneAtATime' } },
    })
    expect(await at.head()).toBe(at.base)
  })
})

describe('5.7 the head of the pull request was guarded and the base was not', () => {
  const moves: ReadonlyArray<readonly [string, (at: Gate) => Promise<unknown>]> = [
    ['5.7 a foreign push', (at) => at.branch('main', { 'x.txt': 'x\n' })],
    [
      '5.29 an administrator’s merge of another pull request',
      async (at) => {
        const other = await at.pull('other', { 'o.txt': 'o\n' })
        await rest(github, 'ada').request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
          ...{ ...at.at, pull_number: other.number },
        })
      },
    ],
  ]
  test.each(moves)(
    '%s between the last check and the move: the swap is lost, and not tried on the new head',
    async (_name, move) => {
      const at = await gate()
      const one = await single(at)
      const { event } = await at.prepared([one], at.base)
      let attempts = 0
      const act = at.acting(
        racing('UpdateRefs', async () => {
          if (attempts++ === 0) await move(at)
        }),
      )
      const ticket = land([one], at.base, event)
      expect(await act(ticket)).toMatchObject({ _tag: 'LandingRefused', code: 'HeadMoved' })
      const head = await at.head()
      await treeAt(at, head)
      // 5.28: the same order, given again, does not re-apply the change to where the branch is now.
      expect(await act(ticket)).toMatchObject({ _tag: 'LandingRefused', code: 'HeadMoved' })
      expect([attempts, await at.head()]).toEqual([1, head])
      expect(await fileAt(at, head, 'a.txt')).toBe('one')
    },
  )
})

test('5.8 the commit under test had the SHA of the pull request: here it never has, even when that is up to date', async () => {
  const at = await gate()
  const one = await single(at)
  for (const method of methods) {
    const { event } = await at.prepared([one], at.base, method)
    expect(event.commit).not.toBe(one.source)
    // Two runs of one recipe have one commit, so that chains can share it: a result is known by its batch, never by a SHA.
    const again = expectEvent(await at.act(prepare([one], at.base, method)), 'CommitPrepared')
    expect(again.commit).toBe(event.commit)
  }
})

test('5.14 a pull request that was retargeted does not land here, in either way', async () => {
  const at = await gate()
  const one = await single(at)
  const { event } = await at.prepared([one], at.base)
  await at.branch('other', { 'o.txt': 'o\n' })
  await rest(github, 'ada').request('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', {
    ...{ ...at.at, pull_number: one.pr, base: 'other' },
  })
  for (const landing of ['fast-forward', 'forge-merge'] as const)
    expect(await at.act(land([one], at.base, event, { landing }))).toMatchObject({
      ...{ _tag: 'LandingRefused', code: 'Refused', text: `#${one.pr} targets other now.` },
    })
  const read = await at.act({ _tag: 'ReadPullRequest', id: effectId('r'), pr: one.pr })
  expect(read).toMatchObject({ _tag: 'PullRequestObserved', fate: { _tag: 'Elsewhere' } })
  expect(await at.head()).toBe(at.base)
})

describe('5.18 a train was built from a wrong commit', () => {
  test('5.18 the tested commit of another pull request does not land for this one', async () => {
    const at = await gate()
    const [one, two] = await three(at)
    if (one === undefined || two === undefined) throw new Error('no pull request')
    const { event } = await at.prepared([two], at.base)
    expect(await at.act(land([one], at.base, event))).toMatchObject({
      _tag: 'LandingRefused',
      code: 'Refused',
    })
    expect(await at.head()).toBe(at.base)
  })

  test('5.18 the merge method changed after the test: the tested commit itself lands, or nothing does', async () => {
    const at = await gate()
    const one = await single(at)
    const { event } = await at.prepared([one], at.base, 'merge')
    expect(await at.act(land([one], at.base, event, { method: 'squash' }))).toMatchObject({
      ...{ _tag: 'BranchLanded', landed: event.commit },
    })
    expect(await at.head()).toBe(event.commit)
  })
})

describe('5.19 the reply was an error although the merge had succeeded', () => {
  const refusal = (status: number) => ({ status, message: 'oops', headers: {}, credential: 'x' })
  const replies = [
    ...[500, 502, 503, 504].map((status) => classifyHttp(refusal(status), 'write')),
    unknown('Timeout', 'GitHub did not answer in time.'),
  ]
  const reply = unknown('Http502', 'GitHub answered 502')
  const lands = [
    ['fast-forward', 'UpdateRefs'],
    ['forge-merge', 'MergePullRequest'],
  ] as const

  test('5.19 an error of the server says nothing about what became of a write', () => {
    for (const { kind } of replies) expect(kind).toBe('unknown')
  })

  test.each(lands)(
    '5.19 %s: every reply is an error and so is every look; given again, it is known as landed, once',
    async (landing, mutation) => {
      const at = await gate()
      const one = await single(at)
      const { event } = await at.prepared([one], at.base)
      const effect = land([one], at.base, event, { landing })
      let sent = 0
      const deaf = at.acting((client) => ({
        ...client,
        graphql: async (call) => {
          if (sent > 0) return E.left(reply)
          const answer = await client.graphql(call)
          if (!call.document.includes(`mutation ${mutation}`)) return answer
          sent++
          return E.left(reply)
        },
      }))
      expect(await deaf(effect)).toMatchObject({ _tag: 'EffectFailed', failure: { kind: 'unknown' } })
      const head = await at.head()
      expect(head).not.toBe(at.base)
      expect(await at.act(effect)).toMatchObject({ _tag: 'BranchLanded', landed: head })
      // Somebody builds on it: it has landed all the same.
      await at.branch('main', { 'x.txt': 'x\n' })
      expect(await at.act(effect)).toMatchObject({ _tag: 'BranchLanded', landed: head })
    },
  )
})

test.each(methods)(
  '5.20 what has landed already is not prepared a second time, though its pull request is still open (%s)',
  async (method) => {
    const at = await gate()
    const one = await single(at)
    const { event } = await at.prepared([one], at.base, method)
    expectEvent(await at.act(land([one], at.base, event, { method })), 'BranchLanded')
    const again = await at.act(prepare([one], event.commit, method))
    expect(again).toMatchObject({
      ...{ _tag: 'PreparationFailed', code: 'MergeConflict' },
      text: `#${one.pr} has nothing that main does not have already. Close it, or push a change.`,
    })
  },
)

test('5.31 a commit that GitHub does not give yet is no verdict: the preparation failed for now', async () => {
  const at = await gate()
  const one = await single(at)
  const unheard: Sha = sha('1234567890123456789012345678901234567890')
  const answer = await at.act(prepare([{ ...one, source: unheard }], at.base))
  expect(answer).toMatchObject({
    ...{ _tag: 'EffectFailed', failure: { kind: 'transient', code: 'CommitNotFound' } },
  })
})

test('5.1 the checks of this file notice: a landing that is not the merge would be seen as one', async () => {
  const at = await gate()
  const [one, two] = await three(at)
  if (one === undefined || two === undefined) throw new Error('no pull request')
  const { event } = await at.prepared([one, two], at.base)
  expect(await treeAt(at, event.commit)).not.toBe(await mergedByGit(at, at.base, [one.source]))
  expect(some(event.tree)).toEqual(some(await mergedByGit(at, at.base, [one.source, two.source])))
})
