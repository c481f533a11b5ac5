import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {expect} from 'chai'
import ts from 'typescript'
import {parse} from 'yaml'
import type {JsonSchema} from '@orch/plugin-kit'
import {wholeSchema} from '../../scripts/docs/configuration.js'
import {parseScript} from '../../plugins/rehearsal/src/script/load-script.js'
import {ROLES_SCHEMA, TEAM_SCHEMA} from '../../plugins/team-templates/src/load/schemas.js'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {blocksOf, documents, spansOf, textOf, type Block} from '../support/documents.js'
import {ROOT} from '../support/sandbox.js'

const scripts = Object.keys((JSON.parse(textOf('package.json')) as {scripts: object}).scripts)

describe('snippets of the documentation', function () {
  this.timeout(60_000)
  let configuration: JsonSchema
  before(async () => {
    configuration = await wholeSchema()
  })

  for (const file of documents()) {
    const blocks = blocksOf(textOf(file))
    const inLanguage = (...languages: string[]) => blocks.filter(({language}) => languages.includes(language))

    if (inLanguage('json', 'yaml', 'yml').length > 0)
      it(`are valid JSON and YAML: ${file}`, () => {
        expect(inLanguage('json', 'yaml', 'yml').flatMap((block) => faultsOfData(block, configuration))).to.deep.equal([])
      })
    if (inLanguage('ts').length > 0)
      it(`are TypeScript that compiles: ${file}`, () => {
        expect(faultsOfTypeScript(inLanguage('ts'))).to.deep.equal([])
      })
    it(`name npm scripts that exist: ${file}`, () => {
      if (blocks.some(({path}) => path === 'package.json')) return
      const lines = [...spansOf(textOf(file)), ...inLanguage('sh', 'bash').flatMap(({body}) => body.split('\n'))]
      expect(lines.flatMap(npmScriptsIn).filter((name) => !scripts.includes(name))).to.deep.equal([])
    })
  }

  it('are faulty with an unknown key, a type error or an unknown script', () => {
    const block = (language: string, body: string): Block => ({language, body, path: null, line: 7})
    expect(faultsOfData(block('yaml', 'merge: parent\nmaxAgentz: 3'), configuration)).to.have.length(1)
    expect(faultsOfData(block('yaml', 'kind: team\nname: a\ntitel: A'), configuration)).not.to.deep.equal([])
    expect(faultsOfData(block('json', '{"a": 1,}'), configuration)).to.have.length(1)
    expect(faultsOfTypeScript([block('ts', "import {EXIT} from '@orch/plugin-kit'\nexport const a: string = EXIT.ok\n")])).to.have.length(1)
    expect(npmScriptsIn('npm run bench -- --scaling && npm test')).to.deep.equal(['bench', 'test'])
  })
})

function npmScriptsIn(line: string): string[] {
  return [...line.matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map(([, run, short]) => (run ?? short)!)
}

function faultsOfData({language, body, line}: Block, configuration: JsonSchema): string[] {
  try {
    const value: unknown = language === 'json' ? JSON.parse(body) : parse(body, {strict: true})
    if (language === 'json') return []
    const schemas = new AjvValidator()
    if ('steps' in (value as object)) return parseScript(`line ${line}`, body, schemas) && []
    const [schema, data] = shapeOf(value as Record<string, unknown>, configuration)
    return schemas.check(schema, data).map(({path, message}) => `line ${line}: ${path.join('.')} ${message}`)
  } catch (error) {
    return [`line ${line}: ${String(error)}`]
  }
}

/** Which of orch's kinds of YAML a snippet is; what is none of the others is configuration. */
function shapeOf(value: Record<string, unknown>, configuration: JsonSchema): [JsonSchema, unknown] {
  if (value['kind'] === 'roles') return [ROLES_SCHEMA, value]
  if (value['kind'] === 'team') return [TEAM_SCHEMA, value]
  if ('overrides' in value) return [TEAM_SCHEMA, {kind: 'team', name: 'part', title: 'Part', extends: 'code-project', ...value}]
  return [configuration, value]
}

/** Compiles blocks together: those with a path are files that import each other. Inside the checkout, so that packages are found. */
function faultsOfTypeScript(blocks: readonly Block[]): string[] {
  const cache = join(ROOT, 'node_modules', '.cache')
  mkdirSync(cache, {recursive: true})
  const folder = mkdtempSync(join(cache, 'snippets-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}')
    const files = blocks.map(({path, body}, index) => {
      const file = join(folder, path ?? `snippet-${index}.ts`)
      mkdirSync(dirname(file), {recursive: true})
      writeFileSync(file, body)
      return file
    })
    const module = ts.ModuleKind.NodeNext
    const program = ts.createProgram(files, {strict: true, noEmit: true, skipLibCheck: true, module, target: ts.ScriptTarget.ES2022})
    return ts
      .getPreEmitDiagnostics(program)
      .map(({file, messageText}) => `${file?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`)
  } finally {
    rmSync(folder, {recursive: true, force: true})
  }
}
