/** What a plan needs to know besides the build file: from `--inputs`, the rest filled in for a look at the jobs. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { PathReporter } from 'io-ts/lib/PathReporter.js'
import { parse } from 'yaml'
import type { Installation, PlanRequest, Scope } from '@headgate/adapters-batch'
import { messageOf, problem, type Problem } from '../problem.js'

const BuildInputs = t.exact(
  t.partial({
    code: t.UnknownRecord,
    global: t.UnknownRecord,
    storageUri: t.string,
    token: t.string,
    namespace: t.string,
    regions: t.readonlyArray(t.string),
    installation: t.partial({
      ciUtilsImage: t.string,
      buildkitImage: t.string,
      dockerPrefix: t.string,
      defaultNamespace: t.string,
      domain: t.string,
    }),
  }),
)

export type BuildInputs = t.TypeOf<typeof BuildInputs>

/** The file of `--inputs`, YAML or JSON; nothing is given without one. */
export const readInputs = (file: string | undefined): E.Either<Problem, BuildInputs> => {
  if (file === undefined) return E.right({})
  const bad = (sentence: string) =>
    E.left(problem('build-inputs', file, sentence, 'See docs/guides/build-file.md for its fields.'))
  try {
    const decoded = BuildInputs.decode(parse(readFileSync(file, 'utf8')))
    return E.isRight(decoded) ? decoded : bad(`${PathReporter.report(decoded).join('; ')}.`)
  } catch (cause) {
    return bad(`It can't be read (${messageOf(cause)}).`)
  }
}

const NO_SHA = '0'.repeat(40)

/** `code` of a commit that does not exist. */
const codeOf = (scope: Scope): PlanRequest['code'] => ({
  sha: NO_SHA,
  checkout_script: 'true',
  developers: [],
  repo: 'acme/app',
  repo_url: 'https://github.com/acme/app.git',
  branch: 'main',
  ...(scope === 'test'
    ? {
        number: 1,
        source_branch: 'change',
        source_repo: 'acme/app',
        source_repo_url: 'https://github.com/acme/app.git',
        source_sha: NO_SHA,
        target_repo: 'acme/app',
        target_repo_url: 'https://github.com/acme/app.git',
        target_branch: 'main',
        target_sha: NO_SHA,
      }
    : {}),
  ...(scope === 'dev' ? { user: 'dev', username: 'dev' } : {}),
})

const installationOf = (cloud: string, { installation = {} }: BuildInputs): Installation => ({
  cloud,
  ciUtilsImage: installation.ciUtilsImage ?? 'ci-utils',
  buildkitImage: installation.buildkitImage ?? 'buildkit',
  dockerPrefix: installation.dockerPrefix ?? 'registry.example',
  defaultNamespace: installation.defaultNamespace ?? 'default',
  domain: installation.domain ?? 'example.org',
})

/** The request of a plan; manifests are read from the build file's directory. */
export const planRequestOf = (
  file: string,
  scope: Scope,
  cloud: string | undefined,
  inputs: BuildInputs,
): PlanRequest => {
  const name = cloud ?? 'gcp'
  return {
    scope,
    code: { ...codeOf(scope), ...inputs.code },
    global: { cloud: name, ...inputs.global },
    storageUri: inputs.storageUri ?? 'storage://bucket',
    token: inputs.token ?? 'TOKEN',
    tokenOf: (step) => step.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    installation: installationOf(name, inputs),
    manifestOf: (path) => {
      const manifest = join(dirname(file), path)
      return existsSync(manifest) ? readFileSync(manifest, 'utf8') : undefined
    },
    ...(inputs.namespace === undefined ? {} : { namespace: inputs.namespace }),
    ...(inputs.regions === undefined ? {} : { regions: inputs.regions }),
  }
}
