/** What headgate says on pull requests, and what a command in a comment needs: who asks, labels, an answer under it. */
import { roles, type Failure, type PrNumber, type Role } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient } from '../client.js'
import { permanent } from '../failure.js'
import { readOwnComments } from '../query/ownComments.js'
import { ownerAndName } from '../repositoryName.js'

type Eventually<A> = Promise<E.Either<Failure, A>>

/** One comment of ours, edited in place; `body` is without its mark. */
export interface Report {
  readonly id: number
  readonly body: string
}

export interface Comments {
  /** What somebody may do here; `none` for a stranger, and for whoever is no collaborator of a private repository. */
  readonly roleOf: (login: string) => Eventually<Role>
  readonly addLabels: (pr: PrNumber, labels: ReadonlyArray<string>) => Eventually<void>
  /** A label that is not there is no failure. */
  readonly removeLabel: (pr: PrNumber, label: string) => Eventually<void>
  /** Has this comment been answered (see `answer`)? */
  readonly isAnswered: (pr: PrNumber, comment: number) => Eventually<boolean>
  /** Says `body`, marked so that a comment that is delivered twice, even after a restart, is answered once. */
  readonly answer: (pr: PrNumber, comment: number, body: string) => Eventually<void>
  /** Our report on a pull request, wherever it stands among the comments. */
  readonly findReport: (pr: PrNumber) => Eventually<Report | undefined>
  /** Writes the report: over `old`, where it is still there, else as a new comment. */
  readonly writeReport: (pr: PrNumber, body: string, old: Report | undefined) => Eventually<Report>
}

// Marks are invisible on the page, and count only in comments of our own.
const answerTo = (comment: number): string => `<!-- headgate: answer to ${comment} -->`
const REPORT = '<!-- headgate: report -->'

const Grade = t.intersection([t.type({ permission: t.string }), t.partial({ role_name: t.string })])
const Said = t.type({ id: t.number })

/** A role that an organization made up counts as the one that it was made from, which `permission` names. */
const gradeOf = ({ role_name, permission }: t.TypeOf<typeof Grade>): Role =>
  roles.find((role) => role === role_name) ?? roles.find((role) => role === permission) ?? 'none'

const decoded = <A>(codec: t.Type<A, unknown>, json: unknown, what: string): E.Either<Failure, A> =>
  E.mapLeft(() => permanent('UnexpectedAnswer', `GitHub's answer about ${what} is not understood.`))(
    codec.decode(json),
  )

const nothing = E.map((): void => undefined)

const issue = '/repos/{owner}/{repo}/issues/{issue_number}'

/**
 * What can be said and asked on the pull requests of `repository` (`owner/name`). Every call may fail as the client's calls do:
 * a write of unknown outcome is to be looked for (`isAnswered`, `findReport`) before it is made again.
 */
export const makeComments = (client: GithubClient, repository: string): Comments => {
  const { owner, name } = ownerAndName({ repository })
  const call = (access: 'read' | 'write', route: string, parameters: Readonly<Record<string, unknown>>) =>
    client.rest({ access, route, parameters: { owner, repo: name, ...parameters } })
  const own = (pr: PrNumber) => readOwnComments(client, { owner, name }, pr)

  const write = async (route: string, to: Readonly<Record<string, unknown>>, body: string) => {
    const said = await call('write', route, { ...to, body: `${REPORT}\n${body}` })
    if (E.isLeft(said)) return said
    const comment = decoded(Said, said.right, 'a comment')
    return E.isLeft(comment) ? comment : E.right({ id: comment.right.id, body })
  }

  return {
    roleOf: async (username) => {
      const path = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission'
      const answer = await call('read', path, { username })
      if (E.isLeft(answer)) return answer.left.code === 'NotFound' ? E.right('none') : answer
      return E.map(gradeOf)(decoded(Grade, answer.right, `the role of ${username}`))
    },
    addLabels: async (pr, labels) =>
      nothing(await call('write', `POST ${issue}/labels`, { issue_number: pr, labels })),
    removeLabel: async (pr, label) => {
      const gone = await call('write', `DELETE ${issue}/labels/{name}`, { issue_number: pr, name: label })
      return E.isLeft(gone) && gone.left.code === 'NotFound' ? E.right(undefined) : nothing(gone)
    },
    isAnswered: async (pr, comment) => {
      const said = await own(pr)
      return E.isLeft(said) ? said : E.right(said.right.some(({ body }) => body.includes(answerTo(comment))))
    },
    answer: async (pr, comment, body) =>
      nothing(
        await call('write', `POST ${issue}/comments`, {
          issue_number: pr,
          body: `${body}\n\n${answerTo(comment)}`,
        }),
      ),
    findReport: async (pr) => {
      const said = await own(pr)
      if (E.isLeft(said)) return said
      const found = said.right.find(({ body }) => body.startsWith(REPORT))
      return E.right(found && { ...found, body: found.body.slice(REPORT.length).trim() })
    },
    writeReport: async (pr, body, old) => {
      const path = 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}'
      const edited = old === undefined ? undefined : await write(path, { comment_id: old.id }, body)
      const isGone = edited !== undefined && E.isLeft(edited) && edited.left.code === 'NotFound'
      return edited === undefined || isGone
        ? write(`POST ${issue}/comments`, { issue_number: pr }, body)
        : edited
    },
  }
}
