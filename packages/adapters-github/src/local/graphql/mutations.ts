import { GraphQLError } from 'graphql'
import { createCheckRun, updateCheckRun, type CheckRunInput } from '../forge/checks.js'
import { addComment, editComment, setLabels, submitReview } from '../forge/conversation.js'
import { mergePull } from '../forge/merge.js'
import { changePull, openPull } from '../forge/pulls.js'
import { changeRefs, createRef, updateRef } from '../forge/refs.js'
import { ZERO } from '../git/refs.js'
import { nodeId } from '../nodeId.js'
import { repoById } from '../store/lookups.js'
import type { PullRow } from '../store/rows.js'
import type { World } from '../world.js'
import { actorNode } from './actor.js'
import { orError, unresolved, type Asking } from './answer.js'
import { checkRunNode } from './checks.js'
import { commentNode, reviewNode } from './conversation.js'
import { refNode } from './gitObjects.js'
import { gitKeyOf, rowOf } from './node.js'
import { pullNode } from './pull.js'

/** GraphQL has checked the arguments against the schema before a resolver sees them. */
type Input<A> = { readonly input: A & { readonly clientMutationId?: string | null } }
type Maybe<A> = A | null | undefined

const given = <A>(value: Maybe<A>): A | undefined => value ?? undefined

/** Sends the client's own id back with the payload. */
const echo = <A>({ input }: Input<A>, payload: Readonly<Record<string, unknown>>) => ({
  clientMutationId: input.clientMutationId ?? null,
  ...payload,
})

type RefUpdate = {
  readonly name: string
  readonly afterOid: string
  readonly beforeOid?: Maybe<string>
  readonly force?: Maybe<boolean>
}
const sha = (oid: string): string | null => (oid === ZERO ? null : oid)

const refMutations = {
  updateRefs: async (
    args: Input<{ readonly repositoryId: string; readonly refUpdates: ReadonlyArray<RefUpdate> }>,
    { world, actor }: Asking,
  ) => {
    const repo = rowOf(world, 'Repository', args.input.repositoryId)
    const wishes = args.input.refUpdates.map((u) => ({
      name: u.name,
      after: sha(u.afterOid),
      force: u.force ?? false,
      ...(typeof u.beforeOid === 'string' ? { before: sha(u.beforeOid) } : {}),
    }))
    orError(await changeRefs(world, actor, repo, wishes))
    return echo(args, {})
  },
  createRef: async (
    args: Input<{ readonly repositoryId: string; readonly name: string; readonly oid: string }>,
    { world, actor }: Asking,
  ) => {
    const repo = rowOf(world, 'Repository', args.input.repositoryId)
    orError(await createRef(world, actor, repo, args.input.name, args.input.oid))
    return echo(args, { ref: () => refNode(world, repo, args.input.name) })
  },
  updateRef: async (
    args: Input<{ readonly refId: string; readonly oid: string; readonly force?: Maybe<boolean> }>,
    { world, actor }: Asking,
  ) => {
    const { repo, name } = gitKeyOf(world, args.input.refId)
    orError(await updateRef(world, actor, repo, name, args.input.oid, args.input.force ?? false))
    return echo(args, { ref: () => refNode(world, repo, name) })
  },
  deleteRef: async (args: Input<{ readonly refId: string }>, { world, actor }: Asking) => {
    const { repo, name } = gitKeyOf(world, args.input.refId)
    orError(await changeRefs(world, actor, repo, [{ name, after: null, force: true }]))
    return echo(args, {})
  },
}

const pullIn = (world: World, id: string): PullRow => rowOf(world, 'PullRequest', id)

type MergeInput = {
  readonly pullRequestId: string
  readonly expectedHeadOid?: Maybe<string>
  readonly mergeMethod?: Maybe<'MERGE' | 'SQUASH' | 'REBASE'>
  readonly commitHeadline?: Maybe<string>
  readonly commitBody?: Maybe<string>
}
const METHOD = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' } as const

const changeState =
  (state: 'open' | 'closed') =>
  async (args: Input<{ readonly pullRequestId: string }>, { world, actor }: Asking) => {
    const pull = orError(await changePull(world, actor, pullIn(world, args.input.pullRequestId), { state }))
    return echo(args, { pullRequest: () => pullNode(world, pull) })
  }

const changeLabels =
  (add: boolean) =>
  async (
    args: Input<{ readonly labelableId: string; readonly labelIds: ReadonlyArray<string> }>,
    { world, actor }: Asking,
  ) => {
    const pull = pullIn(world, args.input.labelableId)
    const named = args.input.labelIds.map((id) => rowOf(world, 'Label', id))
    if (named.some((label) => label.repo_id !== pull.repo_id)) throw unresolved('a Label of this repository.')
    const ids = new Set(named.map((label) => label.id))
    await setLabels(world, actor, pull, (now) => {
      const others = now.filter((label) => !ids.has(label.id))
      return add ? [...others, ...new Map(named.map((label) => [label.id, label])).values()] : others
    })
    return echo(args, { labelable: () => pullNode(world, pullIn(world, nodeId('PullRequest', pull.id))) })
  }

type PullInput = {
  readonly repositoryId: string
  readonly baseRefName: string
  readonly headRefName: string
  readonly title: string
  readonly body?: Maybe<string>
  readonly draft?: Maybe<boolean>
}

const pullMutations = {
  createPullRequest: async (args: Input<PullInput>, { world, actor }: Asking) => {
    const { repositoryId, baseRefName, headRefName, title, body, draft } = args.input
    const wish = { title, base: baseRefName, head: headRefName, body: body ?? null, draft: draft ?? false }
    const opened = orError(await openPull(world, actor, rowOf(world, 'Repository', repositoryId), wish))
    return echo(args, { pullRequest: () => pullNode(world, opened) })
  },
  mergePullRequest: async (args: Input<MergeInput>, { world, actor }: Asking) => {
    const { input } = args
    const wish = {
      method: METHOD[input.mergeMethod ?? 'MERGE'],
      expectedHead: given(input.expectedHeadOid),
      title: given(input.commitHeadline),
      message: given(input.commitBody),
    }
    const merged = orError(await mergePull(world, actor, pullIn(world, input.pullRequestId), wish))
    return echo(args, { actor: actorNode(world, actor), pullRequest: () => pullNode(world, merged) })
  },
  closePullRequest: changeState('closed'),
  reopenPullRequest: changeState('open'),
  addLabelsToLabelable: changeLabels(true),
  removeLabelsFromLabelable: changeLabels(false),
}

const conversationMutations = {
  addComment: (
    args: Input<{ readonly subjectId: string; readonly body: string }>,
    { world, actor }: Asking,
  ) => {
    const pull = pullIn(world, args.input.subjectId)
    const comment = orError(addComment(world, actor, pull, args.input.body))
    const edge = { cursor: String(comment.id), node: () => commentNode(world, comment) }
    return echo(args, { commentEdge: edge, subject: () => pullNode(world, pull) })
  },
  updateIssueComment: (
    args: Input<{ readonly id: string; readonly body: string }>,
    { world, actor }: Asking,
  ) => {
    const old = rowOf(world, 'IssueComment', args.input.id)
    const comment = orError(editComment(world, actor, null, old.id, args.input.body))
    return echo(args, { issueComment: () => commentNode(world, comment) })
  },
  addPullRequestReview: async (
    args: Input<{
      readonly pullRequestId: string
      readonly event?: Maybe<'APPROVE' | 'COMMENT' | 'DISMISS' | 'REQUEST_CHANGES'>
      readonly body?: Maybe<string>
      readonly commitOID?: Maybe<string>
    }>,
    { world, actor }: Asking,
  ) => {
    const { event, body, commitOID } = args.input
    if (event === null || event === undefined || event === 'DISMISS')
      throw new GraphQLError(
        'Pending and dismissing reviews are not kept here: submit with another "event".',
        {
          extensions: { type: 'UNPROCESSABLE' },
        },
      )
    const pull = pullIn(world, args.input.pullRequestId)
    const input = { event, body: body ?? '', commit: given(commitOID) }
    const review = orError(await submitReview(world, actor, pull, input))
    return echo(args, { pullRequestReview: () => reviewNode(world, review), reviewEdge: null })
  },
}

type RunInput = {
  readonly repositoryId: string
  readonly name?: Maybe<string>
  readonly status?: Maybe<string>
  readonly conclusion?: Maybe<string>
  readonly detailsUrl?: Maybe<string>
  readonly externalId?: Maybe<string>
  readonly output?: Maybe<{ readonly title: string; readonly summary: string; readonly text?: Maybe<string> }>
  readonly startedAt?: Maybe<string>
  readonly completedAt?: Maybe<string>
}

const runInput = (input: RunInput): CheckRunInput => {
  const time = (value: Maybe<string>) =>
    typeof value === 'string' ? Date.parse(value) || undefined : undefined
  return {
    name: given(input.name),
    status: input.status?.toLowerCase(),
    conclusion: input.conclusion?.toLowerCase(),
    detailsUrl: given(input.detailsUrl),
    externalId: given(input.externalId),
    output:
      input.output === null || input.output === undefined
        ? undefined
        : { title: input.output.title, summary: input.output.summary, text: input.output.text ?? null },
    startedAt: time(input.startedAt),
    completedAt: time(input.completedAt),
  }
}

const checkMutations = {
  createCheckRun: async (
    args: Input<RunInput & { readonly name: string; readonly headSha: string }>,
    { world, actor }: Asking,
  ) => {
    const repo = rowOf(world, 'Repository', args.input.repositoryId)
    const input = { ...runInput(args.input), name: args.input.name }
    const made = orError(await createCheckRun(world, actor, repo, args.input.headSha, input))
    return echo(args, { checkRun: () => checkRunNode(world, made) })
  },
  updateCheckRun: async (
    args: Input<RunInput & { readonly checkRunId: string }>,
    { world, actor }: Asking,
  ) => {
    const run = rowOf(world, 'CheckRun', args.input.checkRunId)
    const repo = repoById(world.db, run.repo_id)
    const changed = orError(await updateCheckRun(world, actor, repo, run.id, runInput(args.input)))
    return echo(args, { checkRun: () => checkRunNode(world, changed) })
  },
}

/** The mutations this server carries out. */
export const mutations = { ...refMutations, ...pullMutations, ...conversationMutations, ...checkMutations }
