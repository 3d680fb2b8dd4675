/** Who may import what. The picture is in docs/architecture.md; the reasons are in docs/decisions. */
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: {
    pathNot: [from, ...allowed.map((d) => (d.startsWith('packages/') ? `^${d}` : `node_modules/${d}/`))],
  },
})
module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: { pathNot: 'node_modules' }, to: { circular: true } },
    only(
      'core-is-pure',
      'The core knows fp-ts, io-ts and one persistent collection; its laboratory has a heap and statistics too.',
      '^packages/core/src',
      ['fp-ts', 'io-ts', 'sorted-btree', 'tinyqueue', 'simple-statistics'],
    ),
    {
      name: 'only-the-laboratory-has-a-heap-and-statistics',
      severity: 'error',
      from: { path: '^packages/core/src/(?!simulation/)' },
      to: { path: 'node_modules/(tinyqueue|simple-statistics)/' },
    },
    {
      name: 'adapters-are-strangers',
      severity: 'error',
      from: { path: '^packages/adapters-(github|batch)/src' },
      to: { path: '^packages/(adapters-(github|batch)|runner)/src', pathNot: '^packages/adapters-$1/src' },
    },
    {
      name: 'nobody-imports-the-runner',
      severity: 'error',
      from: { path: '^packages/(core|adapters-github|adapters-batch)/' },
      to: { path: '^packages/runner' },
    },
    {
      name: 'production-clients-do-not-know-the-local-servers',
      severity: 'error',
      from: { path: '^packages/adapters-[a-z]+/src/(?!local/)' },
      to: { path: '^packages/adapters-[a-z]+/src/local/' },
    },
    {
      name: 'local-servers-are-independent-of-the-clients',
      comment: 'A shared mistake would cancel itself out; they meet only on the wire.',
      severity: 'error',
      from: { path: '^packages/adapters-[a-z]+/src/local/' },
      to: { path: '^packages/(core/src|adapters-[a-z]+/src/(?!local/))' },
    },
    {
      name: 'core-arrows',
      comment:
        'Inside the core arrows go one way: decisions never import the reducer, facts never import decisions.',
      severity: 'error',
      from: { path: '^packages/core/src/(model|ids|collections)' },
      to: { path: '^packages/core/src/(apply|plan|queue|landing|explain|reduce|invariants|codec)' },
    },
    {
      name: 'nothing-decides-by-checking-or-playing',
      comment:
        'The checker and the laboratory are entry points of their own: they read the core, nothing in the core reads them.',
      severity: 'error',
      from: { path: '^packages/core/src/(?!(checking|simulation)/)' },
      to: { path: '^packages/core/src/(checking|simulation)/' },
    },
    {
      name: 'checking-uses-the-public-door',
      severity: 'error',
      from: { path: '^packages/core/src/checking/' },
      to: { path: '^packages/core/src/', pathNot: '^packages/core/src/(checking/|index\\.ts$)' },
    },
    {
      name: 'the-laboratory-uses-the-public-door',
      severity: 'error',
      from: { path: '^packages/core/src/simulation/' },
      to: { path: '^packages/core/src/', pathNot: '^packages/core/src/(simulation/|index\\.ts$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,

    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['headgate-source', 'import', 'node', 'default', 'types'],
    },
  },
}
