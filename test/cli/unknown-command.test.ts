import {expect} from 'chai'
import {unknownCommand} from '../../src/cli/unknown-command.js'

const IDS = [
  'done',
  'inbox',
  'inbox:read',
  'team:list',
  'new',
  'send',
  'status',
  'stop',
  'agent:list',
  'agent:restart',
  'port:wait',
  'help',
]

describe('unknownCommand', () => {
  for (const [typed, what, hint] of [
    ['sned developer hello', 'sned', 'Did you mean orch send? orch help lists the commands.'],
    ['satus --watch', 'satus', 'Did you mean orch status? orch help lists the commands.'],
    ['agent lst p_1', 'agent lst', 'Did you mean orch agent list? orch help agent lists its commands.'],
    ['agnt list', 'agnt', 'Did you mean orch agent list? orch help lists the commands.'],
    ['agent dance', 'agent dance', 'orch help agent lists its commands.'],
    ['frobnicate', 'frobnicate', 'orch help lists the commands.'],
    ['--frob', '--frob', 'orch help lists the commands.'],
  ] as const) {
    it(`says what ${typed} was meant to be, if anything`, () =>
      expect(unknownCommand(typed.split(' '), IDS)).to.deep.equal({what: `"${what}" is not an orch command.`, hint}))
  }

  for (const [typed, command, argument] of [
    ['done text', 'done', 'text'],
    ['done "two words" --json', 'done', '"two'],
    ['team list game', 'team list', 'game'],
    ['inbox everything-of-mine', 'inbox', 'everything-of-mine'],
  ] as const) {
    it(`says that ${command} takes no argument when ${typed} is typed`, () =>
      expect(unknownCommand(typed.split(' '), IDS)).to.deep.equal({
        what: `orch ${command} takes no argument, and ${JSON.stringify(argument)} is one.`,
        hint: `orch ${command} --help says what it takes.`,
      }))
  }

  it('still proposes the sub-command that was meant', () =>
    expect(unknownCommand(['inbox', 'raed'], IDS).hint).to.equal('Did you mean orch inbox read? orch help inbox lists its commands.'))
})
