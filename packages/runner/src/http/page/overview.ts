/** The first page: every watched branch. */
import { html } from 'hono/html'
import type { BranchName } from '@headgate/core'
import type { Decision } from '../../narrate/decision.js'
import type { BranchView, PullRequestView } from '../../view/branch.js'
import { branchPath, pullRequestPath } from '../address.js'
import { layout, type Html } from './layout.js'
import { action, decisionLog, reasons, sha, state, testState } from './parts.js'

/** More rows than this are counted, not shown. */
const ROWS_MAX = 200

export interface BranchSection {
  readonly name: BranchName
  readonly view: BranchView
  readonly decisions: ReadonlyArray<Decision>
}

const headLine = (view: BranchView): Html => {
  if (view.head === null) return html`<p class="dim">Not read yet.</p>`
  const { standing } = view.head
  const tone = standing === 'Verified' ? 'good' : standing === 'Broken' ? 'bad' : 'busy'
  const last = view.deploys.at(-1)
  const deploy =
    last === undefined
      ? html`nothing deployed yet`
      : html`deploy of ${sha(last.sha)}:
        ${state(last.state, last.state === 'success' ? 'good' : last.state === 'running' ? 'busy' : 'bad')}`
  const candidate = view.candidate === null ? 'none' : `#${view.candidate}`
  return html`<p>
    head ${sha(view.head.sha)} ${state(standing.toLowerCase(), tone)} · merge candidate: ${candidate} ·
    ${deploy} ${view.quiet ? html` · <span class="dim">quiet</span>` : ''}
  </p>`
}

const row = (name: BranchName, pr: PullRequestView): Html =>
  html`<tr>
    <td class="n"><a href="${pullRequestPath(name, pr.number)}">#${pr.number}</a></td>
    <td>
      ${pr.title}<br /><small>${pr.author}</small>
      ${pr.labels.map((label) => html`<span class="label">${label}</span> `)}
    </td>
    <td class="n">${testState(pr.test, pr.batchId)}</td>
    <td class="n">${pr.position ?? ''}</td>
    <td>${reasons(pr.reasons)}</td>
  </tr>`

const openTable = (name: BranchName, open: BranchView['open']): Html =>
  open.length === 0
    ? html`<p class="dim">No pull request is open.</p>`
    : html`<div class="scroll">
          <table>
            <thead>
              <tr>
                <th>PR</th>
                <th>title</th>
                <th>test</th>
                <th>place</th>
                <th>why it has not landed</th>
              </tr>
            </thead>
            <tbody>
              ${open.slice(0, ROWS_MAX).map((pr) => row(name, pr))}
            </tbody>
          </table>
        </div>
        ${open.length > ROWS_MAX ? html`<p class="dim">and ${open.length - ROWS_MAX} more</p>` : ''}`

const landedTable = (name: BranchName, landed: BranchView['landed']): Html =>
  landed.length === 0
    ? html`<p class="dim">Nothing has landed yet.</p>`
    : html`<div class="scroll">
        <table>
          <thead>
            <tr>
              <th>PR</th>
              <th>title</th>
              <th>landed</th>
              <th>tested</th>
              <th>on</th>
              <th>batch</th>
            </tr>
          </thead>
          <tbody>
            ${[...landed]
              .reverse()
              .slice(0, ROWS_MAX)
              .map(
                (l) =>
                  html`<tr>
                    <td class="n"><a href="${pullRequestPath(name, l.number)}">#${l.number}</a></td>
                    <td>${l.title}</td>
                    <td>${sha(l.landedSha)}</td>
                    <td>${l.testedSha === null ? '' : sha(l.testedSha)}</td>
                    <td>${sha(l.targetSha)}</td>
                    <td>${l.batchId}</td>
                  </tr>`,
              )}
          </tbody>
        </table>
      </div>`

const operate = (name: BranchName, view: BranchView, token: boolean): Html => {
  const path = branchPath(name)
  const freeze =
    view.frozen === null
      ? action(
          `${path}/freeze`,
          'Freeze',
          html`<input name="reason" placeholder="why" required maxlength="500" />`,
          token,
        )
      : action(`${path}/unfreeze`, 'Unfreeze', '', token)
  const shaField = html`<input
    name="sha"
    placeholder="full source SHA"
    required
    pattern="[0-9a-fA-F]{40}|[0-9a-fA-F]{64}"
    size="24"
  />`
  return html`<details>
    <summary>Operate</summary>
    ${action(`${path}/authorize`, 'Authorize', shaField, token)} ${freeze}
    ${action(`${path}/retry-head-test`, 'Test the head again', '', token)}
    ${action(`${path}/retry-deploy`, 'Deploy again', '', token)}
  </details>`
}

const section = ({ name, view, decisions }: BranchSection, token: boolean): Html =>
  html`<section>
    <h2>${name.repository} <span class="dim">${name.branch}</span></h2>
    ${headLine(view)} ${view.holds.map((hold) => html`<p class="notice">${hold.text}</p>`)}
    ${operate(name, view, token)}
    <h3>Open</h3>
    ${openTable(name, view.open)}
    <h3>Landed</h3>
    ${landedTable(name, view.landed)}
    <h3>Recent decisions</h3>
    ${decisionLog(name, decisions)}
  </section>`

export const overviewPage = (sections: ReadonlyArray<BranchSection>, token: boolean): Html =>
  layout('Branches', html`${sections.map((s) => section(s, token))}`)
