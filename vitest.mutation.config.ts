import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import base from './vitest.config.js'

const core = fileURLToPath(new URL('packages/core/src/index.ts', import.meta.url))

// Mutants live in a copy of the tree whose node_modules is a link to the original: the core must be found by its place, not
// by its name, or the tests would run against the unmutated one. Left out is what plays random or exhaustive games: it takes
// seconds for each mutant. A test file must not call the core outside of a test: for what runs there, every test would be run.
export default defineConfig({
  ...base,
  resolve: { ...base.resolve, alias: [{ find: /^@headgate\/core$/, replacement: core }] },
  test: {
    ...base.test,
    include: ['packages/core/test/**/*.test.ts'],
    exclude: [
      'packages/core/test/{checking,codec,cost,incidents,properties}/**',
      'packages/core/test/explain/laws.test.ts',
    ],
    isolate: false,
  },
})
