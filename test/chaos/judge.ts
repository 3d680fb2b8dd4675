/** Was a run right? What came out is compared, what git has is counted, and every step of the journal is looked at. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { stepViolations, violations } from '@headgate/core'
import type { Report } from '@headgate/runner'
import { journalFile } from '../../packages/runner/src/shell/service.js'
import { stepsOf } from '../../packages/runner/src/replay/steps.js'
import { withJournal, type StoredJournal } from '../../packages/runner/src/replay/stored.js'
import { verify } from '../../packages/runner/src/replay/verify.js'
import { normalized } from '../support/report.js'
import type { Played } from './play.js'
import { REPOSITORY } from './scenario.js'

/** What must be the same in every run. A push by force gives #5 another source; it stays open for the same reason. */
export const outcomeOf = (report: Report) => normalized(report)

export type Outcome = ReturnType<typeof outcomeOf>

const gitOf =
  (stateDir: string) =>
  (...args: ReadonlyArray<string>): string =>
    execFileSync('git', ['--git-dir', join(stateDir, 'github/git', `${REPOSITORY}.git`), ...args])
      .toString()
      .trim()

const twice = (numbers: ReadonlyArray<number>): ReadonlyArray<number> =>
  numbers.filter((n, i) => numbers.indexOf(n) !== i)

/** The branch as git has it: one commit for each that landed, each with the tree that was tested, and nothing else. */
const inGit = ({ report, stateDir }: Played): ReadonlyArray<string> => {
  const git = gitOf(stateDir)
  const landed = report.landed.map((l) => l.number)
  const commits = git('rev-list', '--first-parent', `${report.base}..main`).split('\n').filter(Boolean)
  const tree = (sha: string) => git('rev-parse', `${sha}^{tree}`)
  return [
    ...(git('rev-parse', 'main') === report.head ? [] : ['the service has another head than git']),
    ...twice(landed).map((n) => `#${n} landed twice`),
    ...(commits.length === landed.length
      ? []
      : [`${landed.length} landed, but git has ${commits.length} commits on the branch`]),
    ...report.landed.flatMap(({ number, testedSha, landedSha }) =>
      testedSha !== null && tree(testedSha) === tree(landedSha) ? [] : [`#${number} is not what was tested`],
    ),
    ...report.landed.flatMap(({ number, sourceSha }) =>
      git('rev-parse', `refs/pull/${number}/head`) === sourceSha ? [] : [`#${number} landed another source`],
    ),
  ]
}

const inJournal = (journal: StoredJournal): ReadonlyArray<string> => {
  const broken: Array<string> = []
  for (const step of stepsOf(journal)) {
    if (E.isLeft(step)) return [...broken, step.left.found.sentence]
    const { seq, before, after, orders } = step.right
    for (const { guarantee, text } of [...violations(after), ...stepViolations(before, after, orders)])
      broken.push(`event ${seq} breaks ${guarantee}: ${text}`)
  }
  const verified = verify(journal)
  return E.isLeft(verified) ? [...broken, `the replay differs: ${verified.left.sentence}`] : broken
}

const inLog = (stateDir: string): ReadonlyArray<string> =>
  readFileSync(join(stateDir, 'headgate.log'), 'utf8')
    .split('\n')
    .filter((line) => /"level":(50|60)/.test(line))

/** What is wrong with a run; `expected` came out of the one without faults. */
export const faultsOf = (played: Played, expected: Outcome): ReadonlyArray<string> => {
  const [was, is] = [JSON.stringify(expected), JSON.stringify(outcomeOf(played.report))]
  const replayed = withJournal(journalFile(played.stateDir), undefined, inJournal)
  return [
    ...(played.stuck === null ? [] : [`stuck: ${played.stuck}`]),
    ...(was === is ? [] : [`another end: ${is} instead of ${was}`]),
    ...inGit(played),
    ...(E.isLeft(replayed) ? [replayed.left.sentence] : replayed.right),
    ...inLog(played.stateDir),
  ]
}
