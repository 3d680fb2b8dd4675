/** What the command line says, and in which colours (on a terminal only). */
import pc from 'picocolors'
import type { BranchName } from '@headgate/core'
import type { Decision, DecisionKind } from '../narrate/decision.js'
import { problemLine, type Problem } from '../problem.js'

const colours = pc.createColors(process.stdout.isTTY && pc.isColorSupported)

/** A line for people, on standard output. */
export const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** A problem, as one line on standard error. */
export const complain = (found: Problem): void => {
  process.stderr.write(`headgate: ${problemLine(found)}\n`)
}

type Paint = (text: string) => string

const MARK: Readonly<Record<DecisionKind, readonly [string, Paint]>> = {
  seen: ['·', colours.dim],
  held: ['‖', colours.dim],
  testing: ['▸', colours.yellow],
  passed: ['✓', colours.green],
  failed: ['✗', colours.red],
  error: ['✗', colours.red],
  landing: ['▸', colours.yellow],
  landed: ['●', (text) => colours.bold(colours.green(text))],
  refused: ['!', colours.red],
  closed: ['·', colours.dim],
  deploying: ['▸', colours.cyan],
  deployed: ['▲', colours.cyan],
  'deploy-failed': ['✗', colours.red],
  operator: ['☞', colours.magenta],
  branch: ['·', colours.cyan],
  trouble: ['!', colours.red],
}

const clock = (at: number): string => new Date(at).toISOString().slice(11, 19)

/** A decision as one line. */
const decisionLine = (decision: Decision, prefix = ''): string => {
  const [mark, paint] = MARK[decision.kind]
  const text = decision.text.replaceAll(/\s*\n\s*/g, ' ')
  return `${colours.dim(clock(decision.at))} ${prefix}${paint(mark)} ${paint(text)}`
}

/** Prints decisions; with several branches each line says of which. */
export const decisionPrinter =
  (several: boolean) =>
  (name: BranchName, decisions: ReadonlyArray<Decision>): void => {
    const prefix = several ? `${name.repository}:${name.branch} ` : ''
    for (const decision of decisions) say(decisionLine(decision, prefix))
  }

export const dim = colours.dim
export const bold = colours.bold
