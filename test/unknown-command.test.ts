import {expect} from 'chai'
import {unknownCommand} from '../src/unknown-command.js'

const IDS = ['new', 'send', 'status', 'stop', 'agent:list', 'agent:restart', 'port:wait', 'help']

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
      expect(unknownCommand(typed.split(' '), IDS)).to.deep.equal({what: `"${what}" is no command of orch.`, hint}))
  }
})
