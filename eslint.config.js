import tseslint from 'typescript-eslint'

/** Which folder imports which stands in .dependency-cruiser.js. Libraries and node modules here have one door each; elsewhere they are locked. */
const DOORS = {
  execa: 'adapters/process-runner.ts',
  lowdb: 'adapters/json-document.ts',
  cosmiconfig: 'adapters/config-file.ts',
  ajv: 'adapters/schema-validator.ts',
  pino: 'adapters/logger.ts',
  mustache: 'adapters/template-renderer.ts',
  marked: 'plugins/outline/src/markdown/markdown.ts',
  'string-argv': 'adapters/command-line.ts',
  'node:child_process': 'the ProcessRunner port',
}
const doors = (...open) =>
  Object.entries(DOORS)
    .filter(([name]) => !open.includes(name))
    .map(([name, door]) => ({name, message: `Only ${door} may name ${name}.`}))
/** A pipe, a device or a file without end may stand in the place of any file. */
const RAW = ['node:fs', 'node:fs/promises'].map((name) => ({
  name,
  importNames: ['readFile', 'readFileSync', 'createReadStream', 'appendFile', 'appendFileSync', 'openAsBlob'],
  message: 'Read through @orch/plugin-kit/files, append through adapters/open-to-append.ts.',
}))
const restrict = (patterns, paths = [...doors(), ...RAW]) => ({'no-restricted-imports': ['error', {paths, patterns}]})
const not = (message, ...group) => ({group, message})

const OURS = ['@orch/plugin-*', '!@orch/plugin-kit']
const SRC_FROM_PLUGIN = not('A plugin never imports src/ or another plugin.', '**/../../src/**', '**/../../../src/**', ...OURS)

export default tseslint.config(
  {ignores: ['**/dist/**', '**/coverage/**', 'templates/plugin/**', 'examples/**', 'test/fixtures/**']},
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {project: ['tsconfig.json', 'plugins/*/tsconfig.json', 'test/tsconfig.json'], tsconfigRootDir: import.meta.dirname},
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', {fixStyle: 'inline-type-imports'}],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', {argsIgnorePattern: '^_'}],
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', {max: 400, skipBlankLines: false}],
      'no-restricted-properties': [
        'error',
        {
          object: 'AbortSignal',
          property: 'timeout',
          message: 'A garbage collection may silence it (nodejs/node#57736): patience() of adapters.',
        },
      ],
      ...restrict([]),
    },
  },
  {files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked},
  {files: ['plugins/kit/src/**/*.ts'], rules: restrict([not('The kit imports nothing of ours.', '@orch/*', '**/../../src/**')])},
  {
    files: ['src/domain/**/*.ts'],
    rules: restrict([not('The domain is pure: it uses no more than types of the kit.', 'node:*', '@orch/plugin-kit/*', ...OURS)]),
  },
  {
    files: ['src/services/**/*.ts'],
    rules: restrict([
      not(
        'Services get the world by constructor.',
        'node:*',
        '!node:path',
        '!node:crypto',
        '@orch/plugin-kit/*',
        '!@orch/plugin-kit/host',
        ...OURS,
      ),
    ]),
  },
  {
    files: ['src/adapters/**/*.ts'],
    rules: restrict([not('Adapters know one library each.', ...OURS)], RAW),
  },
  {files: ['src/rpc/start-supervisor.ts', 'src/rpc/try-plugins.ts'], rules: restrict([], [...doors('node:child_process'), ...RAW])},
  {
    files: ['src/commands/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              ...not('Commands parse, call and print.', '**/services/**', '**/domain/**', '**/adapters/**', ...OURS),
              allowTypeImports: true,
            },
          ],
        },
      ],
    },
  },
  // A person's terminal is handed to tmux: no port has a use for that.
  {files: ['src/commands/attach.ts'], rules: restrict([], [...doors('node:child_process'), ...RAW])},
  {files: ['plugins/*/src/**/*.ts'], ignores: ['plugins/kit/**', 'plugins/rehearsal/src/player/**'], rules: restrict([SRC_FROM_PLUGIN])},
  {files: ['plugins/outline/src/markdown/markdown.ts'], rules: restrict([SRC_FROM_PLUGIN], [...doors('marked'), ...RAW])},
  // The player is an agent, a process of its own.
  {files: ['plugins/rehearsal/src/player/**/*.ts'], rules: restrict([SRC_FROM_PLUGIN], doors('node:child_process'))},
  // The doors themselves, and what reads a file that came with it.
  {files: ['plugins/kit/src/files/read-kernel.ts', 'src/adapters/read-regular-sync.ts', 'src/main.ts'], rules: restrict([], doors())},
  {
    files: ['plugins/*/src/hooks/register.ts', 'plugins/claude/src/screen/gates.ts', 'plugins/claude/src/launch/native.ts'],
    rules: restrict([SRC_FROM_PLUGIN], doors()),
  },
  {
    files: ['test/**/*.ts', 'plugins/*/test/**/*.ts', 'scripts/**/*.ts', '**/*.js', '**/*.mjs'],
    rules: {
      ...restrict([], []),
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
)
