import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Who may import whom. A folder of src/ not named on the right of a row is closed to that row. */
const MAY_IMPORT = {
  core: [],
  ui: [],
  platform: [],
  engines: ['core'],
  models: ['core'],
  scan: ['core'],
  storage: ['core'],
  state: ['engines', 'models', 'storage', 'platform', 'core'],
  screens: ['state', 'ui', 'core'],
};
const folders = Object.keys(MAY_IMPORT);
const zones = folders.map((folder) => ({
  target: `./src/${folder}`,
  from: folders
    .filter((other) => other !== folder && !MAY_IMPORT[folder].includes(other))
    .map((f) => `./src/${f}`),
  message: `src/${folder} may import only: ${[folder, ...MAY_IMPORT[folder]].join(', ')} (ARCHITECTURE.md).`,
}));
const engines = readdirSync(new URL('src/engines', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
  .map(({ name }) => name);
const engineZones = engines.map((id) => ({
  target: `./src/engines/${id}`,
  from: engines.filter((other) => other !== id).map((other) => `./src/engines/${other}`),
  message: 'Engines never import one another.',
}));

const workerZone = {
  target: './workers',
  from: ['./src/state', './src/screens', './src/ui', './src/platform', './src/main.ts'],
  message: 'A worker imports one adapter and core.',
};

/** A library is used from one folder only, so that it can be replaced there. */
const ONE_HOME = [
  { library: 'idb', home: 'src/storage/**' },
  { library: 'chart.js', home: 'src/ui/**' },
  { library: '@astral-sh/ruff-wasm-web', home: 'src/scan/**' },
  { library: '@wllama/wllama', home: 'src/engines/llamacpp/**' },
  { library: '@mlc-ai/web-llm', home: 'src/engines/webllm/**' },
  { library: 'web-llm-v0_2_48', home: 'src/engines/webllm/**' },
];
const onlyAtHome = (files, libraries) => ({
  files,
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: libraries.map(({ library, home }) => ({
          group: [library, `${library}/*`],
          message: `only ${home} imports ${library}`,
        })),
      },
    ],
  },
});
/** One rule for each place: of two for the same file, the later would put the earlier out of force. */
const oneHome = [
  onlyAtHome(['src/**/*.ts', 'src/**/*.svelte', 'workers/**/*.ts'], ONE_HOME),
  ...[...new Set(ONE_HOME.map(({ home }) => home))].map((place) =>
    onlyAtHome(
      [place],
      ONE_HOME.filter(({ home }) => home !== place),
    ),
  ),
];

export default ts.config(
  { ignores: ['dist/', 'out/', 'node_modules/', 'training/', 'static/'] },
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...svelte.configs.recommended,
  {
    plugins: { 'import-x': importX },
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        project: ['tsconfig.json', 'tsconfig.core.json', 'tsconfig.worker.json', 'tsconfig.node.json'],
        tsconfigRootDir: root,
        extraFileExtensions: ['.svelte'],
      },
    },
    settings: {
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [
        createTypeScriptImportResolver({
          project: 'tsconfig.json',
          extensions: ['.ts', '.svelte', '.js', '.json'],
        }),
      ],
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': [
        'error',
        { basePath: root, zones: [...zones, ...engineZones, workerZone] },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: { 'svelte/no-at-html-tags': 'error', 'max-lines-per-function': 'off' },
  },
  ...oneHome,
  {
    // State replaces its data whole ($state.raw); maps and sets inside a method are never watched.
    files: ['src/state/**/*.svelte.ts'],
    rules: { 'svelte/prefer-svelte-reactivity': 'off' },
  },
  {
    files: ['src/core/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'fetch',
        'indexedDB',
        'window',
        'document',
        'navigator',
        'performance',
        'setTimeout',
        'crypto',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'randomness is an argument' },
        { object: 'Date', property: 'now', message: 'the clock is an argument' },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'src/**/*.svelte'],
    ignores: ['src/platform/**', 'src/**/*.test.ts', 'src/core/**'],
    rules: {
      'no-restricted-globals': ['error', { name: 'navigator', message: 'only src/platform uses navigator' }],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  { files: ['cli/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked },
);
