import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {readdir} from 'node:fs/promises'
import {fileURLToPath} from 'node:url'
import {hasCode} from '@orch/plugin-kit'
import {expect} from 'chai'
import {loadScript, parseScript} from '../../src/index.js'
import {ajvSchemas} from '../support/ajv-schemas.js'

const parse = (text: string) => parseScript('s.yaml', text, ajvSchemas())

/** The problems a script is refused for. */
function problems(text: string): readonly string[] {
  try {
    parse(text)
  } catch (error) {
    if (hasCode(error, 'ORCH_CONFIG')) return error.details.problems
    throw error
  }
  throw new Error('the script was accepted')
}

describe('loadScript', () => {
  it('reads every step, short and long', () => {
    const {steps, onRejected} = parse(`# a comment
steps:
  - think: hm
  - think: {text: hm, ms: 5}
  - say: hello
  - write: {path: a, content: ""}
  - append: {path: a, content: x}
  - run: [ls, -l]
  - run: {command: [ls], allowFailure: true}
  - commit: all of it
  - send: {to: tester, text: hi}
  - ask: {to: project-manager, question: may I?, timeout: 15m}
  - expect: {from: tester, contains: x, timeoutMs: 10}
  - expect:
  - done: {message: m, evidence: e}
  - fail: no
  - dialog: sure?
  - limit:
  - crash: {signal: SIGSEGV}
  - hang: {ms: 3}
  - exit: 4
onRejected:
  - done: again
`)
    expect(steps.map(({kind}) => kind)).to.deep.equal([
      ...['think', 'think', 'say', 'write', 'append', 'run', 'run', 'commit', 'send', 'ask', 'expect', 'expect', 'done', 'fail'],
      ...['dialog', 'limit', 'crash', 'hang', 'exit'],
    ])
    expect(steps[0]).to.deep.equal({kind: 'think', args: {text: 'hm'}, line: 3})
    expect(steps[6]!.args).to.deep.equal({argv: ['ls'], allowFailure: true})
    expect(steps[18]).to.deep.equal({kind: 'exit', args: {code: 4}, line: 21})
    expect(onRejected).to.deep.equal([{kind: 'done', args: {message: 'again'}, line: 23}])
  })

  const WRONG: readonly [string, string, RegExp][] = [
    ['an unknown step', 'steps:\n  - say: a\n  - sing: b\n', /^s\.yaml:3: steps\.1\.sing: unknown key/],
    ['an unknown argument', 'steps:\n  - write:\n      path: a\n      content: b\n      mode: c\n', /^s\.yaml:5: .*unknown key "mode"/],
    ['a missing argument', 'steps:\n  - say: a\n  - write: {path: a}\n', /^s\.yaml:3: steps\.1\.write: .*'content'/],
    ['a wrong type', 'steps:\n  - run: ls -l\n', /^s\.yaml:2: steps\.0\.run\.argv: must be array/],
    ['two steps in one', 'steps:\n  - say: a\n    exit: 1\n', /^s\.yaml:2: .*fewer than 1|^s\.yaml:2: .*more than 1/],
    ['no steps', 'onRejected: []\n', /^s\.yaml:1: .*'steps'/],
    ['something else', '- say: a\n', /^s\.yaml:1: must be object/],
    ['an empty file', '', /^s\.yaml:1: must be object/],
    ['bad YAML', 'steps:\n  - say: "a\n', /^s\.yaml:\d+: /],
    ['a key twice', 'steps: []\nsteps: []\n', /^s\.yaml:2: .*unique/],
    ['a role that is no role', 'steps:\n  - send: {to: "a b", text: c}\n', /^s\.yaml:2: steps\.0\.send\.to: /],
    ['an inner step', 'steps:\n  - repair: {}\n', /^s\.yaml:2: steps\.0\.repair: unknown key/],
  ]
  for (const [name, text, problem] of WRONG) {
    it(`refuses ${name} with file and line`, () => expect(problems(text)[0]).to.match(problem))
  }

  it('names a file that cannot be read', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'load-script-'))
    try {
      await writeFile(path.join(folder, 'a.yaml'), 'steps: []\n')
      expect((await loadScript(path.join(folder, 'a.yaml'), ajvSchemas())).steps).to.deep.equal([])
      const error: unknown = await loadScript(path.join(folder, 'b.yaml'), ajvSchemas()).catch((caught: unknown) => caught)
      expect(hasCode(error, 'ORCH_CONFIG') && error.details.problems[0]).to.contain('b.yaml: there is no such file')
    } finally {
      await rm(folder, {recursive: true, force: true})
    }
  })

  it('takes every script of the quickstart', async () => {
    const folder = fileURLToPath(new URL('../../../../examples/quickstart/scripts/', import.meta.url))
    const files = await readdir(folder)
    expect(files).to.include.members(['orchestrator.yaml', 'project-manager.yaml', 'developer.yaml', 'tester.yaml'])
    for (const file of files) expect((await loadScript(path.join(folder, file), ajvSchemas())).steps, file).to.not.have.length(0)
  })
})
