import {Config} from '@oclif/core'
import {expect} from 'chai'
import prerun from '../../src/hooks/prerun.js'
import {ROOT} from '../support/sandbox.js'

describe('before every command', () => {
  it('is settled that no argument is read from standard input', async () => {
    const config = await Config.load({root: ROOT, userPlugins: false})
    const commands = await Promise.all(config.commands.map((command) => command.load()))
    expect(commands.some(({args}) => Object.keys(args ?? {}).length > 0)).to.equal(true)
    for (const Command of commands) {
      await (prerun as (options: object) => Promise<void>)({Command, config, argv: []})
      for (const [name, arg] of Object.entries(Command.args ?? {})) expect(arg.ignoreStdin, `${Command.id} ${name}`).to.equal(true)
    }
  })
})
