/** The first page: every watched branch. */
import { html } from 'hono/html'
import type { BranchName } from '@headgate/core'
import type { Decision } from '../../narrate/decision.js'
import { company } from '../../narrate/words.js'
import type { BranchView, PullRequestView, ReasonView } from '../../view/branch.js'
import { branchPath, pullRequestPath } from '../address.js'
import { layout, type Html } from './layout.js'
import { action, clearer, decisionLog, next, reasons, sha, state, testState } from './parts.js'

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
  const { candidate } = view.explanation
  return html`<p>
    head ${sha(view.head.sha)} ${state(standing.toLowerCase(), tone)} · merge candidate:
    ${candidate === null ? 'none' : `#${candidate}`} · ${deploy}
    ${view.quiet ? html` · <span class="dim">quiet</span>` : ''}
  </p>`
}

/** What holds every pull request back is told above the table, not in each row, unless it is all there is. */
const ownReasons = (pr: PullRequestView, shared: ReadonlyArray<ReasonView>): ReadonlyArray<ReasonView> => {
  const own = pr.reasons.filter((reason) => !shared.some((other) => other.code === reason.code))
  return own.length === 0 ? pr.reasons : own
}

const row = (name: BranchName, pr: PullRequestView, shared: ReadonlyArray<ReasonView>): Html =>
  html`<tr>
    <td class="n"><a href="${pullRequestPath(name, pr.number)}">#${pr.number}</a></td>
    <td>
      ${pr.title}<br /><small>${pr.author}</small>
      ${pr.labels.map((label) => html`<span class="label">${label}</span> `)}
    </td>
    <td class="n">${testState(pr)}</td>
    <td class="n">${pr.position ?? ''}</td>
    <td>${reasons(ownReasons(pr, shared))}</td>
    <td>${pr.next === null ? '' : next(pr.next)}</td>
  </tr>`

const openTable = (name: BranchName, { open, explanation }: BranchView): Html =>
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
                <th>why it has not landed, and who can clear that</th>
                <th>what happens next</th>
              </tr>
            </thead>
            <tbody>
              ${open.slice(0, ROWS_MAX).map((pr) => row(name, pr, explanation.landing))}
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
                    <td>${l.batchId}<small>${company(l.with)}</small></td>
                  </tr>`,
              )}
          </tbody>
        </table>
      </div>`

/** A hold on the branch; what is awaited is told here only if it is nothing of ours, which `underWay` lists. */
const notice = (reason: ReasonView, what: string): Html =>
  html`<p class="notice">
    <span class="dim">${what}:</span> ${reason.text} ${clearer(reason)}
    ${reason.wait.awaited._tag === 'Somebody' ? html`<br />${next(reason.wait)}` : ''}
  </p>`

const notices = ({ landing, deploying }: BranchView['explanation']): Html => {
  const both = landing.filter((reason) => deploying.some((other) => other.code === reason.code))
  const only = (held: ReadonlyArray<ReasonView>): ReadonlyArray<ReasonView> =>
    held.filter(
      (reason) => !both.some((other) => other.code === reason.code) && reason.code !== 'NotDeployableBranch',
    )
  return html`${both.map((reason) => notice(reason, 'nothing lands or deploys'))}
  ${only(landing).map((reason) => notice(reason, 'nothing lands'))}
  ${only(deploying).map((reason) => notice(reason, 'the head is not deployed'))}`
}

/** What is under way, or what comes next when nothing is. */
const underWay = ({ explanation }: BranchView): Html =>
  explanation.underWay.length === 0
    ? html`<p>Next: ${next(explanation.next)}</p>`
    : html`<ul class="plain">
        ${explanation.underWay.map((wait) => html`<li>${next(wait)}</li>`)}
      </ul>`

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
    ${headLine(view)} ${notices(view.explanation)} ${underWay(view)} ${operate(name, view, token)}
    <h3>Open</h3>
    ${openTable(name, view)}
    <h3>Landed</h3>
    ${landedTable(name, view.landed)}
    <h3>Recent decisions</h3>
    ${decisionLog(name, decisions)}
  </section>`

export const overviewPage = (sections: ReadonlyArray<BranchSection>, token: boolean): Html =>
  layout('Branches', html`${sections.map((s) => section(s, token))}`)
