/** Files of an npm project with one dependency, which a folder provides so that no network is needed, and the configuration the README shows for such a project. */
export function npmProject(test: string): Readonly<Record<string, string>> {
  const dependencies = {left: 'file:left'}
  return {
    '.gitignore': 'node_modules/\n.env\n',
    'package.json': JSON.stringify({name: 'app', version: '1.0.0', scripts: {test: 'node test.js'}, dependencies}),
    'package-lock.json': JSON.stringify({
      name: 'app',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': {name: 'app', version: '1.0.0', dependencies},
        left: {version: '1.0.0'},
        'node_modules/left': {resolved: 'left', link: true},
      },
    }),
    'left/package.json': JSON.stringify({name: 'left', version: '1.0.0', main: 'index.js'}),
    'left/index.js': 'module.exports = 7\n',
    'test.js': `const {readFileSync} = require('fs')\nif (require('left') !== 7 || !readFileSync('.env', 'utf8').includes('KEY')) process.exit(1)\n${test}\n`,
    'orch.config.yaml': 'acceptance: [npm test]\nsetup: [npm ci]\ncopy: [.env]\n',
  }
}
