/** A pull request's page: why it has not landed, who is ahead, what was tested and why. */
import { html } from 'hono/html'
import type { BranchName, Explanation } from '@headgate/core'
import type { OutputOf } from 'io-ts'
import type { Decision } from '../../narrate/decision.js'
import { company } from '../../narrate/words.js'
import type { LandedView, PullRequestView, ReasonView } from '../../view/branch.js'
import { pullRequestPath } from '../address.js'
import { layout, type Html } from './layout.js'
import { evidenceList } from './evidence.js'
import { action, clearer, deadlines, decisionLog, next, sha, testState } from './parts.js'

export interface PullRequestPage {
  readonly name: BranchName
  readonly number: number
  readonly open: PullRequestView | undefined
  readonly landed: LandedView | undefined
  readonly explanation: OutputOf<typeof Explanation> | undefined
  readonly decisions: ReadonlyArray<Decision>
}

const reasonRow = (reason: ReasonView): Html =>
  html`<tr>
    <td>${reason.text}<br /><code class="dim">${reason.code}</code> ${evidenceList(reason.evidence)}</td>
    <td>${clearer(reason)}<br /><code class="dim">${reason.clearedWhen}</code></td>
    <td>${reason.wait.text}<br /><small>${deadlines(reason.wait)}</small></td>
  </tr>`

const why = (held: ReadonlyArray<ReasonView>): Html =>
  held.length === 0
    ? html`<p class="good">Nothing holds it back.</p>`
    : html`<div class="scroll">
        <table>
          <thead>
            <tr>
              <th>what holds it back, on which evidence</th>
              <th>who clears it, by what</th>
              <th>what is awaited, until when</th>
            </tr>
          </thead>
          <tbody>
            ${held.map(reasonRow)}
          </tbody>
        </table>
      </div>`

/** More pull requests ahead than this are counted, not listed. */
const AHEAD_MAX = 50

const queueLine = (name: BranchName, { position, ahead }: OutputOf<typeof Explanation>): Html => {
  if (position === null) return html`<p>It is not in the merge queue.</p>`
  const shown = ahead.slice(0, AHEAD_MAX)
  const more = ahead.length - shown.length
  return html`<p>
    Place ${position} in the merge queue. ${ahead.length === 0 ? 'Nobody is ahead of it.' : 'Ahead of it: '}
    ${shown.map((n) => html`<a href="${pullRequestPath(name, n)}">#${n}</a> `)}
    ${more > 0 ? `and ${more} more` : ''}
  </p>`
}

const operate = (page: PullRequestPage, pr: PullRequestView, token: boolean): Html => {
  const path = pullRequestPath(page.name, page.number)
  const branch = path.replace(/\/prs\/\d+$/, '')
  const authorize = pr.reasons.some((hold) => hold.code === 'NotAuthorized')
    ? action(
        `${branch}/authorize`,
        `Authorize ${pr.source.slice(0, 7)}`,
        html`<input type="hidden" name="sha" value="${pr.source}" />`,
        token,
      )
    : ''
  return html`<div>${action(`${path}/retry`, 'Test again', '', token)} ${authorize}</div>`
}

const openPart = (
  page: PullRequestPage,
  pr: PullRequestView,
  explanation: OutputOf<typeof Explanation>,
  token: boolean,
): Html => html`
  <h2>#${pr.number} ${pr.title}</h2>
  <p>
    by ${pr.author} · head ${sha(pr.source)} · ${testState(pr)}
    ${pr.labels.map((label) => html`<span class="label">${label}</span> `)}
  </p>
  <h3>What happens next</h3>
  <p class="notice">${next(explanation.next)}</p>
  ${operate(page, pr, token)}
  <h3>Why it has not landed</h3>
  ${why(pr.reasons)}
  <h3>Who is ahead</h3>
  ${queueLine(page.name, explanation)}
`

const landedPart = (l: LandedView): Html => html`
  <h2>#${l.number} ${l.title}</h2>
  <p class="good">Landed as ${sha(l.landedSha)} on ${sha(l.targetSha)}.</p>
  <p>
    Its source ${sha(l.sourceSha)} was tested as ${l.testedSha === null ? 'a merge' : sha(l.testedSha)} in
    batch ${l.batchId}${company(l.with)}.
  </p>
`

const unknownPart = (page: PullRequestPage): Html => html`
  <h2>#${page.number}</h2>
  <p>It is not open against ${page.name.branch}, and did not land through this service.</p>
`

export const pullRequestPage = (page: PullRequestPage, token: boolean): Html => {
  const top =
    page.open !== undefined && page.explanation !== undefined
      ? openPart(page, page.open, page.explanation, token)
      : page.landed !== undefined
        ? landedPart(page.landed)
        : unknownPart(page)
  const body = html`${top}
    <h3>History</h3>
    ${decisionLog(page.name, page.decisions)}
    <p class="dim">${page.name.repository} ${page.name.branch}</p>`
  return layout(`#${page.number}`, body)
}
