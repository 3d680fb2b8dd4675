/** A pull request's page: why it has not landed, who is ahead, what was tested and why. */
import { html } from 'hono/html'
import type { BranchName, Hold } from '@headgate/core'
import type { Decision } from '../../narrate/decision.js'
import type { LandedView, PullRequestView } from '../../view/branch.js'
import { pullRequestPath } from '../address.js'
import { layout, type Html } from './layout.js'
import { action, decisionLog, sha, testState } from './parts.js'

export interface PullRequestPage {
  readonly name: BranchName
  readonly number: number
  readonly open: PullRequestView | undefined
  readonly landed: LandedView | undefined
  readonly ahead: ReadonlyArray<number>
  readonly decisions: ReadonlyArray<Decision>
}

const holdRow = (hold: Hold): Html =>
  html`<tr>
    <td><code>${hold.code}</code></td>
    <td>${hold.text}</td>
    <td>${hold.clearedBy}</td>
    <td class="n"><code>${hold.clearedWhen}</code></td>
  </tr>`

const why = (holds: ReadonlyArray<Hold>): Html =>
  holds.length === 0
    ? html`<p class="good">Nothing holds it back.</p>`
    : html`<div class="scroll">
        <table>
          <thead>
            <tr>
              <th>condition</th>
              <th>evidence</th>
              <th>who clears it</th>
              <th>by what</th>
            </tr>
          </thead>
          <tbody>
            ${holds.map(holdRow)}
          </tbody>
        </table>
      </div>`

const aheadLine = (name: BranchName, pr: PullRequestView, ahead: ReadonlyArray<number>): Html =>
  pr.position === null
    ? html`<p>It is not in the merge queue.</p>`
    : html`<p>
        Place ${pr.position} in the merge queue.
        ${ahead.length === 0 ? 'Nobody is ahead of it.' : 'Ahead of it: '}
        ${ahead.slice(0, 50).map((n) => html`<a href="${pullRequestPath(name, n)}">#${n}</a> `)}
      </p>`

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

const openPart = (page: PullRequestPage, pr: PullRequestView, token: boolean): Html => html`
  <h2>#${pr.number} ${pr.title}</h2>
  <p>
    by ${pr.author} · head ${sha(pr.source)} · ${testState(pr.test, pr.batchId)}
    ${pr.labels.map((label) => html`<span class="label">${label}</span> `)}
  </p>
  ${operate(page, pr, token)}
  <h3>Why it has not landed</h3>
  ${why(pr.reasons)}
  <h3>Who is ahead</h3>
  ${aheadLine(page.name, pr, page.ahead)}
`

const landedPart = (l: LandedView): Html => html`
  <h2>#${l.number} ${l.title}</h2>
  <p class="good">Landed as ${sha(l.landedSha)} on ${sha(l.targetSha)}.</p>
  <p>
    Its source ${sha(l.sourceSha)} was tested as ${l.testedSha === null ? 'a merge' : sha(l.testedSha)} in
    batch ${l.batchId}.
  </p>
`

const unknownPart = (page: PullRequestPage): Html => html`
  <h2>#${page.number}</h2>
  <p>It is not open against ${page.name.branch}, and did not land through this service.</p>
`

export const pullRequestPage = (page: PullRequestPage, token: boolean): Html => {
  const top =
    page.open !== undefined
      ? openPart(page, page.open, token)
      : page.landed !== undefined
        ? landedPart(page.landed)
        : unknownPart(page)
  const body = html`${top}
    <h3>History</h3>
    ${decisionLog(page.name, page.decisions)}
    <p class="dim">${page.name.repository} ${page.name.branch}</p>`
  return layout(`#${page.number}`, body)
}
