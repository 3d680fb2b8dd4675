import { createHash } from 'node:crypto'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { decodeBuildFile } from '../../src/buildFile/decode.js'
import { planJobs } from '../../src/buildFile/plan/plan.js'
import type { PlanRequest } from '../../src/buildFile/plan/request.js'
import { selectNamedSteps } from '../../src/buildFile/select.js'
import type { JobSpec } from '../../src/jobSpec.js'

const FILE = `
steps:
  - kind: createNamespace
    name: ns
    namespaceName: default
    secrets: [{name: key}, {name: azure-key, clouds: [azure]}, {name: maybe, optional: true}]
  - kind: buildImage2
    name: image
    publishAs: app
    dockerFile: {inline: "FROM {{ global.base }}\\nRUN echo 'hi'"}
    buildArgs: [{name: BASE, value: {valueFrom: global.base}}, {name: NOTE, value: "a b"}]
    resources: {cpu: "2", memory: standard}
    inputs: [{from: /repo/app, to: /io/app}]
  - kind: createDatabase2
    name: db
    databaseName: shop
    image: {valueFrom: image.image}
    namespace: {valueFrom: ns.name}
    migrations: [{script: /io/sql/1.sql, name: first}, {name: second, script: /io/sql/2.sql, online: true}]
    shutdowns: [{kind: Deployment, namespace: {valueFrom: ns.name}, name: shop}]
    inputs: [{from: /repo/sql, to: /io/sql}]
    dependsOn: [ns, image]
  - kind: deploy
    name: shop
    config: shop.yaml
    namespace: {valueFrom: ns.name}
    wait:
      - {kind: Service, name: shop, for: alive}
      - {kind: Service, name: store, for: alive, resource_type: statefulset}
      - {kind: Deployment, name: worker, for: available}
      - {kind: Pod, name: once, for: completed, timeout: 60}
    link: [shop]
    dependsOn: [ns, image, db]
  - kind: runImage
    name: check
    image: {valueFrom: image.image}
    script: check {{ ns.name }} {{ db.user_secret_name }}
    secrets: [{name: {valueFrom: db.user_secret_name}, namespace: {valueFrom: ns.name}, mountPath: /sql}]
    dependsOn: [shop, db, ns, image]
`

const request: PlanRequest = {
  scope: 'test',
  code: { sha: 'abc', number: 7, user: 'ada' },
  global: { base: 'debian:12' },
  storageUri: 'gs://bucket',
  token: 'tok',
  tokenOf: (name) => `t-${name.replace('/', '-')}`,
  installation: {
    cloud: 'gcp',
    ciUtilsImage: 'utils',
    buildkitImage: 'buildkit',
    dockerPrefix: 'registry.test/acme',
    defaultNamespace: 'default',
    domain: 'acme.test',
  },
  manifestOf: (path) =>
    path === 'shop.yaml' ? 'image: {{ image.image }}\nsha: {{ code.sha }}\n' : undefined,
}

const planned = (more: Partial<PlanRequest> = {}, text = FILE) => {
  const file = decodeBuildFile(text)
  if (E.isLeft(file)) throw new Error(JSON.stringify(file.left, undefined, 1))
  const wanted = { ...request, ...more }
  const selection = selectNamedSteps(file.right, {
    scope: wanted.scope,
    cloud: wanted.installation?.cloud,
    steps: [],
    excluded: [],
    labels: [],
  })
  return planJobs(selection, wanted)
}

const jobs = (more: Partial<PlanRequest> = {}): ReadonlyArray<JobSpec> => {
  const made = planned(more)
  if (E.isLeft(made)) throw new Error(JSON.stringify(made.left, undefined, 1))
  return made.right
}

const named = (all: ReadonlyArray<JobSpec>, name: string): JobSpec => {
  const found = all.find(({ attributes }) => attributes['name'] === name)
  if (found === undefined) throw new Error(`no job ${name}`)
  return found
}

const scriptOf = (all: ReadonlyArray<JobSpec>, name: string): string =>
  named(all, name).process.command[2] ?? ''

const shape = (all: ReadonlyArray<JobSpec>) =>
  all.map(({ attributes, in_update_parent_ids: parents }) => [attributes['name'], ...parents])

describe('the jobs of every kind of step', () => {
  test('a test makes a namespace, images and databases of its own, and cleans them up after all that may use them', () => {
    expect(shape(jobs())).toEqual([
      ['ns'],
      ['image'],
      ['db_create_passwords', 1, 2],
      ['db', 3],
      ['shop', 1, 2, 3, 4],
      ['check', 1, 2, 3, 4, 5],
      ['cleanup_ns', 1, 3, 4, 5, 6],
      ['cleanup_image', 2, 3, 4, 5, 6],
      ['shop_logs', 5, 6],
    ])
    expect(named(jobs(), 'cleanup_ns').always_run).toBe(true)
  })

  test('a deploy keeps what it publishes, a developer everything', () => {
    expect(shape(jobs({ scope: 'deploy' })).map(([name]) => name)).toEqual([
      'ns',
      'image',
      'db_create_passwords',
      'db',
      'shop',
      'check',
      'shop_logs',
    ])
    expect(shape(jobs({ scope: 'dev' })).map(([name]) => name)).not.toContain('shop_logs')
  })

  test('names say whose things they are', () => {
    const check = (more: Partial<PlanRequest>) => scriptOf(jobs(more), 'check')
    expect(check({})).toBe('check pr-7-default-t-ns sql-shop-user-config')
    expect(check({ scope: 'deploy' })).toBe('check default sql-shop-user-config')
    expect(check({ scope: 'dev' })).toBe('check ada sql-shop-user-config')
    expect(check({ scope: 'dev', namespace: 'sandbox' })).toBe('check sandbox sql-shop-user-config')
    const image = (more: Partial<PlanRequest>) => named(jobs(more), 'check').process.image
    expect(image({})).toBe('registry.test/acme/app:test-pr-7-t-image')
    expect(image({ scope: 'deploy' })).toBe('registry.test/acme/app:deploy-t-image')
    expect(image({ scope: 'dev' })).toBe('registry.test/acme/app:dev-t-image')
  })

  test('a CI under test makes no namespace and does not take the tags of the real one', () => {
    const installation = {
      ...request.installation,
      defaultNamespace: 'pr-1-x',
    } as PlanRequest['installation']
    const under = jobs({ scope: 'deploy', ...(installation === undefined ? {} : { installation }) })
    expect(shape(under).map(([name]) => name)).toEqual([
      'image',
      'db_create_passwords',
      'db',
      'shop',
      'check',
      'cleanup_image',
      'shop_logs',
    ])
    expect(named(under, 'check').process.image).toBe('registry.test/acme/app:test-deploy-t-image')
    expect(scriptOf(under, 'image')).toContain('app:cache-pr-1-x-deploy')
  })

  test('secrets of other clouds are not copied, optional ones may be missing, and a deploy copies none', () => {
    const script = scriptOf(jobs(), 'ns')
    expect(script).toContain('secret global-config')
    expect(script).toMatch(/secret key \|.*apply -f - \n/)
    expect(script).toMatch(/secret maybe \|.*apply -f - \|\| true\n/)
    expect(script).not.toContain('azure-key')
    expect(scriptOf(jobs({ scope: 'deploy' }), 'ns')).not.toContain('get -o json secret')
  })

  test('an image gets its arguments, its files and the context that its Dockerfile is rendered with', () => {
    const image = named(jobs(), 'image')
    expect(image.process.command.slice(0, 2)).toEqual(['/bin/sh', '-c'])
    expect(image).toMatchObject({
      unconfined: true,
      resources: { cpu: '2', memory: 'standard' },
      env: [{ name: 'REGISTRY', value: 'registry.test' }],
      input_files: [{ from: 'gs://bucket/build/tok/repo/app', to: '/io/app' }],
    })
    const script = scriptOf(jobs(), 'image')
    expect(script).toContain(
      `echo 'FROM {{ global.base }}\nRUN echo '"'"'hi'"'"'' > /home/user/Dockerfile.in.t-image;`,
    )
    expect(script).toContain("--opt build-arg:BASE=debian:12 \\\n--opt build-arg:NOTE='a b' \\\n")
    expect(script).toContain(
      `'{"global": {"base": "debian:12"}, "token": "t-image", "deploy": false, "scope": "test", `,
    )
  })

  test('a database is told what to do in the words of the file', () => {
    expect(scriptOf(jobs(), 'db')).toContain(
      '"migrations": [\n    {\n      "script": "/io/sql/1.sql",\n      "name": "first"\n    },\n',
    )
    expect(named(jobs(), 'db').secrets?.[0]?.namespace).toBe('pr-7-default-t-ns')
    expect(named(jobs({ scope: 'deploy' }), 'db').resources).toEqual({ preemptible: false, cpu: '4' })
    expect(named(jobs(), 'db').input_files?.at(-1)).toEqual({
      from: 'gs://bucket/build/tok//io/t-db-user.pwd',
      to: '/io/t-db-user.pwd',
    })
  })

  test('a deploy applies its rendered manifest and waits for what it names', () => {
    const script = scriptOf(jobs(), 'shop')
    expect(script).toContain(
      'date\nkubectl -n pr-7-default-t-ns delete --ignore-not-found pod once\n\n' +
        "echo 'image: registry.test/acme/app:test-pr-7-t-image\nsha: abc' | kubectl",
    )
    expect(script).toContain('rollout status --timeout=1h statefulset store')
    expect(script).toContain('wait-for.py 60 pr-7-default-t-ns Pod once')
    expect(named(jobs(), 'shop').attributes).toEqual({
      name: 'shop',
      link: 'shop',
      domain: 'pr-7-default-t-ns.internal.acme.test',
    })
  })

  test('the scripts stay as they are, byte for byte', () => {
    const digests = jobs().map(({ attributes, process }) => [
      attributes['name'],
      createHash('sha256')
        .update(process.command[2] ?? '')
        .digest('hex')
        .slice(0, 16),
    ])
    expect(Object.fromEntries(digests)).toMatchInlineSnapshot(`
      {
        "check": "1ec7e6a7c83c13f3",
        "cleanup_image": "efbd04cbe5d78efb",
        "cleanup_ns": "5c7f85ee79278155",
        "db": "280aa0259fbfa041",
        "db_create_passwords": "954d7c38c40fcb9d",
        "image": "e105bd775a45d82a",
        "ns": "2b86f3628d0b6011",
        "shop": "86d3b61363fdc595",
        "shop_logs": "65ced2458be50064",
      }
    `)
  })
})

test('errors of all kinds are told at once', () => {
  const made = planned(
    { manifestOf: () => undefined },
    FILE.replaceAll('valueFrom: ns.name', 'valueFrom: ns.nom'),
  )
  if (E.isRight(made)) throw new Error('nothing was wrong')
  expect(made.left.map(({ step, code }) => [step, code])).toEqual([
    ['db', 'bad-reference'],
    ['db', 'bad-reference'],
    ['shop', 'bad-reference'],
    ['shop', 'missing-manifest'],
    ['check', 'bad-reference'],
  ])
})

test.each([
  [
    'wait',
    FILE.replace('for: available', 'for: alive'),
    /"wait.2" is a mapping, expected \{kind: Deployment/,
  ],
  ['inline', FILE.replace('{inline:', '{inlined:'), /"dockerFile" is a mapping, expected a path or/],
  [
    'migration',
    FILE.replace('online: true', 'online: 1'),
    /"migrations.1.online" is 1, expected true or false/,
  ],
  [
    'secret',
    FILE.replace('name: key', 'name: "a;b"'),
    /"secrets.0.name" is "a;b", expected a Kubernetes name/,
  ],
])('a wrong %s is told with its place', (_, text, sentence) => {
  const file = decodeBuildFile(text)
  if (E.isRight(file)) throw new Error('nothing was wrong')
  expect(file.left.map((error) => error.sentence).join('\n')).toMatch(sentence)
  expect(file.left[0].line).toBeGreaterThan(2)
})
