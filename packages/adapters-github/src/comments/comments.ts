/** What a command in a comment needs of the forge: who asks, labels, and an answer under it. */
import { roles, type Failure, type PrNumber, type Role } from '@headgate/core'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { GithubClient } from '../client.js'
import { permanent } from '../failure.js'
import { readConversation } from '../query/conversation.js'

export interface Comments {
  /** What somebody may do here; `none` for a stranger, and for whoever is no collaborator of a private repository. */
  readonly roleOf: (login: string) => Promise<E.Either<Failure, Role>>
  readonly addLabels: (pr: PrNumber, labels: ReadonlyArray<string>) => Promise<E.Either<Failure, void>>
  /** A label that is not there is no failure. */
  readonly removeLabel: (pr: PrNumber, label: string) => Promise<E.Either<Failure, void>>
  /** Has this comment been answered (see `answer`)? Only the newest hundred comments are looked at. */
  readonly isAnswered: (pr: PrNumber, comment: number) => Promise<E.Either<Failure, boolean>>
  /** Says `body`, marked so that a comment that is delivered twice, even after a restart, is answered once. */
  readonly answer: (pr: PrNumber, comment: number, body: string) => Promise<E.Either<Failure, void>>
}

/** Invisible on the page. */
const markOf = (comment: number): string => `<!-- headgate: answer to ${comment} -->`

const Grade = t.intersection([t.type({ permission: t.string }), t.partial({ role_name: t.string })])

/** A role that an organization made up counts as the one that it was made from, which `permission` names. */
const gradeOf = ({ role_name, permission }: t.TypeOf<typeof Grade>): Role =>
  roles.find((role) => role === role_name) ?? roles.find((role) => role === permission) ?? 'none'

const nothing = E.map((): void => undefined)

export const makeComments = (client: GithubClient, repository: string): Comments => {
  const [owner = '', name = ''] = repository.split('/')
  const at = { owner, repo: name }
  const call = (access: 'read' | 'write', route: string, parameters: Readonly<Record<string, unknown>>) =>
    client.rest({ access, route, parameters: { ...at, ...parameters } })
  return {
    roleOf: async (username) => {
      const path = 'GET /repos/{owner}/{repo}/collaborators/{username}/permission'
      const answer = await call('read', path, { username })
      if (E.isLeft(answer)) return answer.left.code === 'NotFound' ? E.right('none') : answer
      const grade = Grade.decode(answer.right)
      return E.isRight(grade)
        ? E.right(gradeOf(grade.right))
        : E.left(
            permanent('AnswerUnexpected', `GitHub's answer about the role of ${username} is not understood.`),
          )
    },
    addLabels: async (pr, labels) =>
      nothing(
        await call('write', 'POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
          issue_number: pr,
          labels,
        }),
      ),
    removeLabel: async (pr, label) => {
      const path = 'DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}'
      const gone = await call('write', path, { issue_number: pr, name: label })
      return E.isLeft(gone) && gone.left.code === 'NotFound' ? E.right(undefined) : nothing(gone)
    },
    isAnswered: async (pr, comment) => {
      const found = await readConversation(client, { owner, name }, pr)
      return E.map((talk: typeof found extends E.Either<unknown, infer A> ? A : never) =>
        (talk?.comments ?? []).some((said) => said.includes(markOf(comment))),
      )(found)
    },
    answer: async (pr, comment, body) =>
      nothing(
        await call('write', 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
          issue_number: pr,
          body: `${body}\n\n${markOf(comment)}`,
        }),
      ),
  }
}
