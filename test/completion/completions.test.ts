import {expect} from 'chai'
import type {CommandIndex, IndexedFlag} from '../../src/completion/command-index.js'
import {completions, type LiveValues} from '../../src/completion/completions.js'

const flag = (name: string, more: Partial<IndexedFlag> = {}): IndexedFlag => ({
  ...{name, char: null, about: '', takes: null, multiple: false, allowNo: false},
  ...more,
})
const INDEX: CommandIndex = {
  topics: [{name: 'agent', about: 'Agents.'}],
  plugins: ['mine'],
  commands: [
    {
      name: 'agent show',
      about: '',
      args: [
        {name: 'project', takes: 'project'},
        {name: 'role', takes: 'agent-role'},
      ],
      flags: [],
    },
    {name: 'help', about: '', args: [{name: 'command', takes: 'command'}], flags: []},
    {name: 'inbox', about: '', args: [], flags: [flag('json')]},
    {name: 'inbox read', about: '', args: [{name: 'id', takes: 'none'}], flags: []},
    {
      name: 'run',
      about: 'Runs.',
      args: [{name: 'spec', takes: 'file'}],
      flags: [
        flag('accept', {takes: 'none', multiple: true}),
        flag('baseline', {allowNo: true}),
        flag('merge', {takes: ['none', 'parent']}),
        flag('project', {takes: 'folder', char: 'p'}),
        flag('roles', {takes: 'roles'}),
      ],
    },
    {name: 'send', about: '', args: [{name: 'to', takes: 'recipients'}], flags: [flag('project', {takes: 'project'})]},
  ],
}
const words = (...all: string[]) => all.map((word) => ({word, about: ''}))
const LIVE: LiveValues = {
  projects: () => words('garden', 'shop'),
  roles: (project) => words(...(project === 'shop' ? ['designer'] : ['developer', 'tester'])),
  questions: () => [],
  checkIns: () => [],
  names: (which) => (which === 'roles' ? ['developer', 'designer', 'tester'] : []),
}
const complete = (...typed: string[]) => {
  const found = completions(INDEX, typed, LIVE)
  return typeof found === 'string' ? found : found.map(({word}) => word)
}

describe('completions', () => {
  for (const [what, typed, expected] of [
    ['commands and topics', [''], ['agent', 'help', 'inbox', 'run', 'send']],
    ['the beginning of a command', ['r'], ['run']],
    ['commands of a topic', ['agent', ''], ['show']],
    ['commands below a command', ['inbox', ''], ['read']],
    ['commands behind help', ['help', 'agent', ''], ['show']],
    ['nothing behind an unknown command', ['rum', ''], []],
    ['files', ['run', ''], 'files'],
    ['folders as the value of a flag', ['run', '--project', ''], 'folders'],
    ['folders behind the short flag', ['run', '-p', ''], 'folders'],
    ['flags, each once', ['run', '--merge', 'none', '--'], ['--accept', '--baseline', '--no-baseline', '--project', '--roles']],
    ['a flag that may come again', ['run', '--accept', 'x', '--acc'], ['--accept']],
    ['values of a flag', ['run', '--merge', ''], ['none', 'parent']],
    ['values behind =', ['run', '--merge=p'], ['--merge=parent']],
    ['nothing for free text', ['run', '--accept', 'npm'], []],
    ['an argument behind a flag with its value', ['run', '--merge', 'none', ''], 'files'],
    ['no flag behind --', ['agent', 'show', '--', '--'], []],
    ['projects', ['agent', 'show', 's'], ['shop']],
    ['roles of the project that is named', ['agent', 'show', 'shop', ''], ['designer']],
    ['roles of the project in a flag', ['send', '--project', 'shop', 'd'], ['designer']],
    ['recipients', ['send', ''], ['developer', 'tester', 'person', 'all']],
    ['the rest of a list, without what is in it', ['run', '--roles', 'developer,de'], ['developer,designer']],
    ['nothing behind the last argument', ['agent', 'show', 'shop', 'designer', ''], []],
  ] as const) {
    it(`offers ${what}`, () => expect(complete(...typed)).to.deep.equal(expected))
  }
})
