/** `code` in templates: the facts about the commit that a batch is about. */
import { isSome } from 'fp-ts/lib/Option.js'
import type { EffectOf, Sha } from '@headgate/core'
import type { TemplateData } from '../buildFile/plan/request.js'
import type { BatchInterpreterDeps } from './deps.js'

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * Checks the commit out in the current directory. Ends the step when it can't, whatever the step's own shell options
 * are: a step that went on without its source could pass. Fetches the one commit only, without history.
 */
const checkoutScript = (repoUrl: string, commit: Sha): string => {
  const url = quoted(repoUrl)
  const fetch = `git fetch -q --no-tags --depth 1 ${url} ${quoted(commit)}`
  return [
    `git init -q . || exit 1`,
    `${fetch} || { sleep 1; ${fetch}; } || exit 1`,
    `git -c advice.detachedHead=false checkout -q --force FETCH_HEAD || exit 1`,
  ].join('\n')
}

const common = (deps: BatchInterpreterDeps, commit: Sha): TemplateData => ({
  sha: commit,
  repo: deps.branch.repository,
  repo_url: deps.repoUrl,
  branch: deps.branch.branch,
  checkout_script: checkoutScript(deps.repoUrl, commit),
})

/** `code` of a test. `sha` is the tested commit; the `source_*` and `target_*` names are the reference system's. */
export const codeOfTest = (deps: BatchInterpreterDeps, effect: EffectOf<'SubmitTestBatch'>): TemplateData => {
  const last = effect.members.at(-1)
  return {
    ...common(deps, effect.commit),
    target_repo: deps.branch.repository,
    target_repo_url: deps.repoUrl,
    target_branch: deps.branch.branch,
    target_sha: effect.base,
    ...(last === undefined
      ? {}
      : {
          number: last.pr,
          source_repo: deps.branch.repository,
          source_repo_url: deps.repoUrl,
          source_sha: last.source,
          ...(isSome(effect.sourceBranch) ? { source_branch: effect.sourceBranch.value } : {}),
        }),
  }
}

/** `code` of a deploy: no `target_sha`, by which templates tell a deploy from a test. */
export const codeOfDeploy = (
  deps: BatchInterpreterDeps,
  effect: EffectOf<'SubmitDeployBatch'>,
): TemplateData => common(deps, effect.sha)
