/** Another policy, as people write it: the fields that are to be different, as in the service's configuration. */
import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import { defaultPolicy, type Policy } from '@headgate/core'
import { finding, parseYaml } from '../config/document.js'
import { policyOf, type PolicyFault } from '../config/policy.js'
import { codeOf, messageOf, problem, type Problem } from '../problem.js'

/** The policy that was in force, with the fields of the file in it. Left: they do not fit together. */
export type Change = (inForce: Policy) => E.Either<Problem, Policy>

const isMapping = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

export const decodePolicy = (text: string, file: string): E.Either<Problem, Change> => {
  const yaml = parseYaml(text, file)
  if (E.isLeft(yaml)) return yaml
  const { json, told } = yaml.right
  if (!isMapping(json))
    return E.left(told(finding([], 'The file: expected a mapping with fields of a policy.')))
  const change: Change = (inForce) =>
    E.mapLeft(({ path, text: fault }: PolicyFault) => told(finding(path, `"${path.join('.')}": ${fault}.`)))(
      policyOf(json, inForce),
    )
  // So that a fault is told at once; most do not depend on what was in force.
  return E.map(() => change)(change(defaultPolicy))
}

export const readPolicy = (file: string): E.Either<Problem, Change> => {
  try {
    return decodePolicy(readFileSync(file, 'utf8'), file)
  } catch (cause) {
    const why =
      codeOf(cause) === 'ENOENT' ? 'There is no such file.' : `It can't be read (${messageOf(cause)}).`
    return E.left(problem('replay', file, why, 'Name a file with fields of a policy: --policy FILE.'))
  }
}
