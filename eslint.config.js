/**
 * Checks that neither the compiler nor the formatter makes, such as imports in the wrong direction. Those that need types
 * (forgotten promises, unhandled cases) are in .oxlintrc.json, in the linter that gets types in a tenth of the time.
 */
import js from '@eslint/js'
import { configs as lit } from 'eslint-plugin-lit'
import * as regexp from 'eslint-plugin-regexp'
import globals from 'globals'
import tseslint from 'typescript-eslint'
import { MOCKING_TESTS } from './scripts/lib/mocking-tests.mjs'

const UNUSED = { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }

/** Dependencies point one way: widget -> sdk, server -> sdk/protocol, rehearse -> server and sdk, bench -> rehearse and sdk/protocol, demo-site -> built files only. */
const mayNotImport = (files, regex, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex, message }] }] },
})

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '**/storybook-static/',
      '**/.vitepress/',
      '**/test-results/',
      '**/playwright-report/',
      '**/data/',
      'demo-site/pages/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: { globals: globals.node },
    rules: { 'no-unused-vars': ['error', UNUSED] },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict],
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', UNUSED],
      // A `!` after a check the compiler cannot follow reads better than a second check.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `() => {}` is the plain way to say "nothing".
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      // TypeScript resolves names itself.
      'no-undef': 'off',
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      'no-restricted-properties': [
        'error',
        {
          object: 'URL',
          property: 'canParse',
          message:
            'Wrong about Latin-1 texts in Node 20 and 22 once it is compiled: try `new URL` (server/src/parse-url.ts).',
        },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    files: ['server/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'ObjectExpression > SpreadElement > ObjectExpression',
          message:
            'Write the fields out: the compiler does not look for misspelt ones in an object that is spread.',
        },
      ],
    },
  },
  {
    files: ['{sdk,server,rehearse,bench}/**/*.test.ts'],
    ignores: MOCKING_TESTS,
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'vi',
          property: 'mock',
          message: 'Other files share the modules: list this one in scripts/lib/mocking-tests.mjs.',
        },
      ],
    },
  },
  // Untrusted text must be processed in linear time, on the server and in the page.
  {
    files: ['{sdk,widget,server,rehearse}/**/*.{ts,js}'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
      'regexp/no-dupe-disjunctions': 'error',
    },
  },
  // The widget reports setup mistakes to developers on the page's console.
  { files: ['widget/src/**/*.ts'], rules: { 'no-console': ['error', { allow: ['warn', 'error', 'info'] }] } },
  { files: ['**/*.test.ts', '**/test/**/*.ts', 'demo-site/e2e/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['widget/src/**/*.ts'], extends: [lit['flat/recommended']] },

  mayNotImport(
    ['sdk/src/**/*.ts'],
    '^node:|^@alcove/|^\\..*/(widget|server)/',
    'The SDK runs in browsers and knows neither widget nor server.',
  ),
  mayNotImport(
    ['widget/**/*.ts'],
    '^@alcove/server|^\\..*/(server|sdk)/(src|dist)/',
    'The widget knows the SDK by its public entries only.',
  ),
  mayNotImport(
    ['server/src/**/*.ts'],
    '^@alcove/(?!sdk/protocol$)|^\\..*/(sdk|widget)/',
    'The server shares types, limits and codes only: `@alcove/sdk/protocol`.',
  ),
  mayNotImport(
    ['rehearse/src/**/*.ts'],
    '^@alcove/(?!sdk(/protocol)?$|server/internal/)|^\\..*/(sdk|widget|server)/',
    'The rehearsal writes and reads as applications do: through `@alcove/sdk`.',
  ),
  mayNotImport(
    ['bench/**/*.ts'],
    '^@alcove/(?!sdk/protocol$|rehearse/processes/)|^\\..*/(sdk|widget|server)/',
    'The benchmarks know the server by the processes of the rehearsal and the SDK by the protocol.',
  ),
  mayNotImport(
    ['demo-site/**/*.{ts,mjs}'],
    '^@alcove/|^\\..*/(sdk|widget|server)/(src|dist)/',
    'The demo site uses built files only, over HTTP, as a foreign site would.',
  ),
  {
    files: ['{sdk,server,rehearse}/src/**/*.test.ts', 'sdk/src/testing/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
)
