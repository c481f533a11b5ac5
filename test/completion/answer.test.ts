import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {completionLines} from '../../src/completion/answer.js'
import type {CommandIndex} from '../../src/completion/command-index.js'
import {recordNames} from '../../src/completion/known-names.js'

const flag = {char: null, about: 'How it is merged', multiple: false, allowNo: false}
const INDEX: CommandIndex = {
  topics: [],
  plugins: [],
  commands: [
    {
      name: 'run',
      about: 'Runs it',
      args: [{name: 'spec', takes: 'file'}],
      flags: [
        {...flag, name: 'merge', takes: ['none', 'parent']},
        {...flag, name: 'agent', takes: 'kind'},
      ],
    },
    {name: 'status', about: '', args: [{name: 'project', takes: 'project'}], flags: []},
    {name: 'answer', about: '', args: [{name: 'id', takes: 'question'}], flags: []},
  ],
}

describe('completionLines', () => {
  let data: string
  const lines = (...argv: string[]) => completionLines(INDEX, argv, data, {})
  const record = (folder: string, id: string, content: unknown) => {
    mkdirSync(join(data, 'state', folder), {recursive: true})
    writeFileSync(join(data, 'state', folder, `${id}.json`), typeof content === 'string' ? content : JSON.stringify(content))
  }

  beforeEach(() => (data = mkdtempSync(join(tmpdir(), 'orch-complete-'))))
  afterEach(() => rmSync(data, {recursive: true}))

  it('leaves files to the shell', () => expect(lines('zsh', 'run', '')).to.deep.equal([':files']))

  it('says what a word means, except to bash', () => {
    expect(lines('fish', 'ru')).to.deep.equal(['run\tRuns it'])
    expect(lines('bash', 'ru')).to.deep.equal(['run'])
  })

  it('gives bash only what is behind the = that it cut at', () => {
    expect(lines('bash', 'run', '--merge', '=', 'pa')).to.deep.equal(['parent'])
    expect(lines('bash', 'run', '--merge', '=')).to.deep.equal(['none', 'parent'])
    expect(lines('bash', 'run', '--merge', '=', 'none', '--ag')).to.deep.equal(['--agent'])
    expect(lines('zsh', 'run', '--merge=pa')).to.deep.equal(['--merge=parent'])
  })

  it('offers nothing to a shell it does not know', () => expect(lines('csh', 'ru')).to.deep.equal([]))

  it('offers kinds as the last supervisor knew them', async () => {
    expect(lines('bash', 'run', '--agent', '')).to.deep.equal(['auto'])
    await recordNames(data, {kinds: ['mine'], planners: [], teams: [], roles: []})
    expect(lines('bash', 'run', '--agent', '')).to.deep.equal(['auto', 'mine'])
  })

  it('offers projects by name, by id where the name is shared, and leaves out records it cannot read', () => {
    record('projects', 'p_1', {id: 'p_1', name: 'garden', state: 'running'})
    record('projects', 'p_2', {id: 'p_2', name: 'shop', state: 'running'})
    record('finished', 'p_3', {id: 'p_3', name: 'shop', state: 'completed'})
    record('projects', 'p_4', '{"id": "p_4", "na')
    expect(lines('zsh', 'status', '').sort()).to.deep.equal(['garden\trunning', 'p_2\tshop, running', 'p_3\tshop, completed'])
  })

  it('offers open questions, on one line, without what would act on a terminal', () => {
    const approvals = [
      {id: 'q_1', asker: 'tester', question: 'Now?\n\u001B[2J', state: 'pending'},
      {id: 'q_2', asker: 'tester', question: 'Then?', state: 'approved'},
    ]
    record('projects', 'p_1', {id: 'p_1', name: 'garden', requests: approvals})
    const [line, ...others] = lines('zsh', 'answer', '')
    expect(others).to.deep.equal([])
    expect(line).to.match(/^q_1\ttester: Now\? [^\u001B]*$/)
  })
})
