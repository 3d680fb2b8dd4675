/** Pieces that both pages show. */
import { fromOption } from 'fp-ts/lib/ReadonlyArray.js'
import { html } from 'hono/html'
import type { BranchName } from '@headgate/core'
import type { Decision, DecisionKind } from '../../narrate/decision.js'
import { company } from '../../narrate/words.js'
import type { ReasonView, WaitView } from '../../view/branch.js'
import type { TestState, TestView } from '../../view/test.js'
import { clockTime, deadlinesOf } from '../../view/when.js'
import { pullRequestPath } from '../address.js'
import type { Html } from './layout.js'

type Tone = 'good' | 'bad' | 'busy' | 'info' | 'dim'

export const sha = (text: string): Html => html`<code title="${text}">${text.slice(0, 7)}</code>`

export const state = (text: string, tone: Tone): Html => html`<span class="state ${tone}">${text}</span>`

const TEST_TONE: Readonly<Record<TestState, Tone>> = {
  waiting: 'dim',
  testing: 'busy',
  passed: 'good',
  failed: 'bad',
  error: 'bad',
}

/** `testing batch 7 with #3`. */
export const testState = ({ test, batchId, with: others }: TestView): Html => {
  const batch = batchId === null ? company(others) : ` batch ${batchId}${company(others)}`
  return html`${state(test, TEST_TONE[test])}${batch === '' ? '' : html`<small>${batch}</small>`}`
}

/** `next look at 14:05:03 · over by 18:04:03`. */
export const deadlines = (wait: WaitView): Html =>
  html`${deadlinesOf(wait).map(
    ({ label, at }, index) => html`${index > 0 ? ' · ' : ''}<span class="when">${label} ${time(at)}</span>`,
  )}`

/** What happens next, and until when. */
export const next = (wait: WaitView): Html =>
  html`<span class="next">${wait.text}</span> <small>${deadlines(wait)}</small>`

/** Who can clear a hold, as a word with a colour: what people must do stands out from what happens by itself. */
export const clearer = ({ clearedBy }: ReasonView): Html =>
  clearedBy === 'headgate' || clearedBy === 'forge' || clearedBy === 'checks'
    ? html`<span class="who">${clearedBy}</span>`
    : html`<span class="who person">${clearedBy}</span>`

export const reasons = (held: ReadonlyArray<ReasonView>): Html =>
  held.length === 0
    ? html`<span class="good">nothing holds it back</span>`
    : html`<ul class="reasons">
        ${held.map((reason) => html`<li>${reason.text} ${clearer(reason)}</li>`)}
      </ul>`

const MARK: Readonly<Record<DecisionKind, readonly [string, Tone]>> = {
  seen: ['·', 'dim'],
  held: ['‖', 'dim'],
  testing: ['▸', 'busy'],
  passed: ['✓', 'good'],
  failed: ['✗', 'bad'],
  error: ['✗', 'bad'],
  landing: ['▸', 'busy'],
  landed: ['●', 'good'],
  refused: ['!', 'bad'],
  closed: ['·', 'dim'],
  deploying: ['▸', 'busy'],
  deployed: ['▲', 'good'],
  'deploy-failed': ['✗', 'bad'],
  operator: ['☞', 'info'],
  branch: ['·', 'info'],
  trouble: ['!', 'bad'],
}

export const time = (at: number): Html => {
  const iso = new Date(at).toISOString()
  return html`<time datetime="${iso}" title="${iso}">${clockTime(at)}</time>`
}

/** What was decided, newest first. */
export const decisionLog = (name: BranchName, decisions: ReadonlyArray<Decision>): Html =>
  decisions.length === 0
    ? html`<p class="dim">Nothing yet.</p>`
    : html`<ol class="log">
        ${decisions.map((decision) => {
          const [mark, tone] = MARK[decision.kind]
          const prs = [...fromOption(decision.pr), ...(decision.others ?? [])]
          const links = prs.map((pr) => html` <a href="${pullRequestPath(name, pr)}">#${pr}</a>`)
          return html`<li>
            ${time(decision.at)}<span class="${tone}">${mark}</span> ${decision.text}${links}
          </li>`
        })}
      </ol>`

/** A button with its fields. `token`: operators must show theirs. */
export const action = (path: string, label: string, fields: Html | string, token: boolean): Html =>
  html`<form method="post" action="${path}">
    ${fields}
    ${token ? html`<input type="password" name="token" placeholder="operator token" required />` : ''}
    <input name="by" placeholder="your name" size="10" maxlength="100" />
    <button>${label}</button>
  </form>`
