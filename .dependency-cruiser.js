/** The import rules of the project: `npm run lint:imports`. Type imports and dynamic imports count like any other. */

/** What each folder of src may import besides itself. Files directly in src tie everything together. */
const FOLDERS = {
  domain: [],
  services: ['domain'],
  adapters: ['domain'],
  rpc: ['adapters', 'domain', 'services'],
  view: ['adapters', 'domain', 'rpc', 'services'],
  completion: ['adapters'],
  mcp: ['rpc', 'view'],
  quick: ['adapters', 'completion', 'domain', 'rpc', 'services', 'view'],
  hooks: ['adapters', 'cli', 'rpc', 'services'],
  cli: ['adapters', 'rpc', 'view'],
  app: ['adapters', 'domain', 'quick', 'rpc', 'services'],
  commands: ['adapters', 'app', 'cli', 'completion', 'domain', 'mcp', 'rpc', 'services', 'view'],
}

/** The features of src/services, each with the features below it that it may import. */
const FEATURES = {
  record: [],
  configuration: [],
  plugins: [],
  oauth: ['record'],
  requests: ['record'],
  'check-ins': ['record'],
  messages: ['record'],
  'repository-watch': ['record'],
  agents: ['oauth', 'record'],
  credits: ['agents', 'record'],
  screens: ['agents', 'record'],
  'project-commands': ['agents', 'record'],
  verification: ['agents', 'project-commands', 'record', 'repository-watch'],
  claims: ['record', 'verification'],
  briefing: ['project-commands', 'record', 'verification'],
  health: ['agents', 'briefing', 'record', 'screens'],
  cleanup: ['agents', 'oauth', 'record', 'repository-watch'],
  launch: ['agents', 'briefing', 'oauth', 'record', 'screens'],
  recovery: ['agents', 'health', 'launch', 'messages', 'record', 'screens'],
  status: ['health', 'recovery'],
  doctor: ['status'],
  planning: [],
  authority: ['planning', 'record', 'status'],
  projects: [
    ...['agents', 'authority', 'claims', 'cleanup', 'configuration', 'launch', 'oauth', 'planning'],
    ...['project-commands', 'record', 'recovery', 'repository-watch', 'verification'],
  ],
  control: ['agents', 'briefing', 'credits', 'oauth', 'planning', 'projects', 'record', 'recovery', 'repository-watch'],
  watchers: ['agents', 'projects', 'record'],
  supervisor: ['agents', 'messages', 'oauth', 'projects', 'record', 'recovery'],
}

const oneOf = (names) => `(${names.join('|')})/`
const rule = (name, comment, from, to) => ({name, comment, severity: 'error', from, to})

export default {
  forbidden: [
    rule('no-circle', 'Two files that need each other are one, or need a third.', {}, {circular: true}),
    rule(
      'known-folder',
      'A new folder of src gets a row in the table of import rules.',
      {path: '^src/[^/]+/', pathNot: `^src/${oneOf(Object.keys(FOLDERS))}`},
      {},
    ),
    rule(
      'known-feature',
      'A new folder of src/services gets a row in the table of features; no service lies outside of one.',
      {path: '^src/services/', pathNot: `^src/services/${oneOf(Object.keys(FEATURES))}`},
      {},
    ),
    ...Object.entries(FOLDERS).map(([name, below]) =>
      rule(
        `folder-${name}`,
        'Imports go downward only.',
        {path: `^src/${name}/`},
        {path: '^src/', pathNot: `^src/${oneOf([name, ...below])}`},
      ),
    ),
    ...Object.entries(FEATURES).map(([name, below]) =>
      rule(
        `feature-${name}`,
        'Imports between features go downward only.',
        {path: `^src/services/${name}/`},
        {path: '^src/services/', pathNot: `^src/services/${oneOf([name, ...below])}`},
      ),
    ),
    rule(
      'plugin',
      'A plugin imports neither src nor another plugin.',
      {path: '^plugins/([^/]+)/src/'},
      {path: '^(src|plugins)/', pathNot: '^plugins/($1|kit)/'},
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: {fileName: 'tsconfig.base.json'},
    doNotFollow: {path: 'node_modules'},
    exclude: {path: '(^|/)dist/'},
  },
}
