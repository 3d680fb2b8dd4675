import functional from 'eslint-plugin-functional'
import tseslint from 'typescript-eslint'

/** fp-ts and io-ts are CommonJS with directory entries that Node's ESM loader refuses; `lib/*.js` is what runs. */
const runnableFpTsImports = {
  group: ['fp-ts/*', 'io-ts/*', '!fp-ts/lib', '!io-ts/lib'],
  message: "Import 'fp-ts/lib/X.js': the directory form type-checks but dies in plain Node.",
}

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/node_modules/**', '**/coverage/**', 'test/fixtures/**', '**/.stryker-tmp/**'],
  },
  ...tseslint.configs.recommended,
  {
    files: ['packages/*/src/**/*.ts', 'packages/*/test/**/*.ts', 'test/**/*.ts'],
    languageOptions: {
      parserOptions: { project: ['./test/tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-redeclare': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-imports': ['error', { patterns: [runnableFpTsImports] }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.test.ts', 'packages/*/test/**/*.ts', 'test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    // The core is pure: no clock, no chance, no I/O, no classes, no throwing, nothing mutated in place.
    files: ['packages/core/src/**/*.ts'],
    plugins: { functional },
    rules: {
      'functional/no-classes': 'error',
      'functional/no-throw-statements': 'error',
      'functional/no-this-expressions': 'error',
      'functional/no-let': ['error', { allowInForLoopInit: true }],
      'functional/immutable-data': ['error', { ignoreClasses: true, ignoreImmediateMutation: true }],
      'functional/no-promise-reject': 'error',
      'no-restricted-globals': [
        'error',
        ...[
          'Date',
          'process',
          'console',
          'setTimeout',
          'setInterval',
          'fetch',
          'performance',
          'crypto',
          'globalThis',
          'require',
        ].map((name) => ({
          name,
          message: 'The core is pure: time, chance and I/O arrive as fields of events.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Chance arrives as a field of events.' },
      ],
    },
  },
)
