/** What people and other machines do on the forge. */
import type { Command } from './phrases.js'
import { openPrs, pushToBranch, moveHead, type World, type WorldPr } from './world.js'

/** The hooks that tell of a change, or why it is impossible; null for a command that is not about this. */
export type Change = ReadonlyArray<Command> | string | null

type OnPr = Extract<Command, { readonly pr: number }>

const tell = (pr: number): ReadonlyArray<Command> => [{ do: 'hook: #{pr}', pr }]
const nothing: ReadonlyArray<Command> = []

const open = (world: World, number: number, author: string, approved: boolean): Change => {
  if (world.prs.has(number)) return `there is a #${number} already`
  const source = `s${number}.1`
  world.prs.set(number, {
    number,
    source,
    author,
    open: true,
    merged: null,
    labels: new Set(),
    decision: approved ? 'APPROVED' : 'REVIEW_REQUIRED',
    approved: new Set(approved ? [source] : []),
    draft: false,
    pushes: 0,
  })
  return tell(number)
}

const push = (pr: WorldPr): void => {
  pr.pushes = (pr.pushes ?? 0) + 1
  pr.source = `s${pr.number}.${pr.pushes + 1}`
}

const review = (pr: WorldPr, decision: WorldPr['decision'], withdraw: boolean): void => {
  pr.decision = decision
  if (decision === 'APPROVED') pr.approved.add(pr.source)
  if (withdraw) pr.approved.clear()
}

const reopen = (world: World, number: number): Change => {
  const pr = world.prs.get(number)
  if (pr === undefined || pr.merged !== null) return `#${number} can't be reopened`
  pr.open = true
  pr.elsewhere = false
  return tell(number)
}

/** A line is added to its description, or all such lines go. It may name what is closed, or what never was. */
const depend = (world: World, number: number, dependency: number | undefined): Change => {
  const pr = openPrs(world).find((open) => open.number === number)
  if (pr === undefined) return `#${number} is not open`
  pr.dependsOn = dependency === undefined ? [] : [...new Set([...(pr.dependsOn ?? []), dependency])]
  return tell(number)
}

/** Changes of one open pull request. */
const changePr = (world: World, command: OnPr): Change => {
  const pr = openPrs(world).find(({ number }) => number === command.pr)
  const other = 'other' in command ? openPrs(world).find(({ number }) => number === command.other) : undefined
  if (pr === undefined) return `#${command.pr} is not open`
  if ('other' in command && other === undefined) return `#${command.other} is not open`
  switch (command.do) {
    case 'push #{pr}':
      push(pr)
      break
    case 'push #{pr}, the same commit as #{other}':
      pr.source = other?.source ?? pr.source
      break
    case 'approve #{pr}':
      review(pr, 'APPROVED', false)
      break
    case 'request changes on #{pr}':
      review(pr, 'CHANGES_REQUESTED', false)
      break
    case 'dismiss the approval of #{pr}':
      review(pr, 'REVIEW_REQUIRED', true)
      break
    case 'label #{pr} "{label}"':
      pr.labels.add(command.label)
      break
    case 'unlabel #{pr} "{label}"':
      pr.labels.delete(command.label)
      break
    case 'draft #{pr}':
      pr.draft = true
      break
    case 'undraft #{pr}':
      pr.draft = false
      break
    case 'close #{pr}':
      pr.open = false
      break
    case 'retarget #{pr}':
      pr.elsewhere = true
      break
    case '#{pr} conflicts with the head':
      world.conflicts.add(`${world.head}|${pr.source}`)
      return nothing
    case '#{pr} breaks build.yaml':
      world.brokenBuildFile.add(pr.source)
      return nothing
    case '#{pr} is bad':
      world.bad.add(pr.source)
      return nothing
    case '#{pr} and #{other} do not go together':
      world.bad.add(`${pr.source}+${other?.source}`)
      return nothing
    case 'check {check} of #{pr} is {state}':
      return report(world, pr, command.check, command.state, null)
    case 'check {check} of #{pr} is {state}, says {reporter}':
      return report(world, pr, command.check, command.state, command.reporter)
    default:
      return null
  }
  return tell(command.pr)
}

/** The newest report of a check by one reporter replaces the one before. */
const report = (world: World, pr: WorldPr, name: string, state: string, reporter: string | null): Change => {
  const { source } = pr
  world.checks = [
    ...world.checks.filter((c) => !(c.source === source && c.name === name && c.reporter === reporter)),
    { source, name, state, reporter },
  ]
  return [{ do: 'hook: checks of #{pr}', pr: pr.number }]
}

const require = (world: World, name: string, wanted: boolean): Change => {
  const others = world.required.filter((check) => check !== name)
  world.required = wanted ? [...others, name] : others
  return [{ do: 'hook: everything' }]
}

const resetBranch = (world: World, commit: string): Change => {
  if (!world.history.includes(commit)) return `${commit} was never on the branch`
  moveHead(world, commit)
  return [{ do: 'hook: the head' }]
}

const changeBranch = (world: World, command: Command): Change => {
  switch (command.do) {
    case 'push to the branch':
      pushToBranch(world)
      return [{ do: 'hook: the head' }]
    case 'reset the branch to {commit}':
      return resetBranch(world, command.commit)
    case 'require the check {check}':
      return require(world, command.check, true)
    case 'do not require the check {check}':
      return require(world, command.check, false)
    case 'the forge does not notice landings':
      world.noticesLandings = false
      return nothing
    default:
      return null
  }
}

export const changeForge = (world: World, command: Command): Change => {
  switch (command.do) {
    case 'open #{pr} by {author}, {review}':
      return open(world, command.pr, command.author, command.review === 'approved')
    case 'reopen #{pr}':
      return reopen(world, command.pr)
    case 'batch of #{pr} {end}':
      return null
    case '#{pr} depends on #{other}':
      return depend(world, command.pr, command.other)
    case '#{pr} depends on nothing':
      return depend(world, command.pr, undefined)
    default:
      return 'pr' in command ? changePr(world, command) : changeBranch(world, command)
  }
}
