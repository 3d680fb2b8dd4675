import { defineConfig } from 'vitest/config'

// Tests read the sources of every package (condition `headgate-source`); what Node runs is proved by test/e2e, on dist.
export default defineConfig({
  ssr: { resolve: { conditions: ['headgate-source', 'node', 'import', 'default'] } },
  resolve: { conditions: ['headgate-source', 'node', 'import', 'default'] },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    // CommonJS packages look as they do in plain Node.
    deps: { interopDefault: false },
  },
})
