// `npm test` runs every suite, `npm test -- FILE…` those files; a spec in .mocharc would be added to them.
import {spawnSync} from 'node:child_process'
import {createRequire} from 'node:module'

const SUITES = {
  all: ['test/**/*.test.ts', 'plugins/*/test/**/*.test.ts'],
  real: ['test/**/*.real.test.ts', 'plugins/*/test/**/*.real.test.ts'],
  claude: ['test/**/*.claude.test.ts', 'plugins/*/test/**/*.claude.test.ts'],
}

const [first, ...rest] = process.argv.slice(2)
const suite = first?.startsWith('--suite=') ? first.slice('--suite='.length) : 'all'
const given = first?.startsWith('--suite=') ? rest : process.argv.slice(2)
const files = given.some((word) => !word.startsWith('-')) ? [] : SUITES[suite]
const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js')
process.exit(spawnSync(process.execPath, [mocha, ...given, ...files], {stdio: 'inherit'}).status ?? 1)
