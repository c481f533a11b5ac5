import {fileURLToPath} from 'node:url'
import {Config} from '@oclif/core'
import {expect} from 'chai'
import {commandIndex, type CommandIndex} from '../../src/completion/command-index.js'

/** Arguments that are words of a person's own, ids that are typed off a screen, or numbers. */
const FREE =
  /^(answer text|ask question|done message|fail reason|inbox (ack|read) id|port (status|wait) port|report-status (topic|status)|send message)$/

describe('commandIndex', () => {
  let index: CommandIndex

  before(async function () {
    this.timeout(30_000)
    index = commandIndex(await Config.load({root: fileURLToPath(new URL('../..', import.meta.url))}))
  })

  it('knows what every argument of our commands names', () => {
    const unknown = index.commands
      .filter(({name}) => !name.startsWith('plugins'))
      .flatMap(({name, args}) => args.filter(({takes}) => takes === 'none').map((arg) => `${name} ${arg.name}`))
    expect(unknown.filter((each) => !FREE.test(each))).to.deep.equal([])
  })

  it('leaves out what is hidden, and names each command with what it does', () => {
    expect(index.commands.find(({name}) => name === 'complete')).to.equal(undefined)
    expect(index.commands.find(({name}) => name === 'status')?.about).to.equal('Show what needs you, then projects and agents')
    expect(index.commands.filter(({about}) => about === '').map(({name}) => name)).to.deep.equal([])
  })

  it('takes the values of an option from its definition', () => {
    const run = index.commands.find(({name}) => name === 'run')!
    const takes = Object.fromEntries(run.flags.map((flag) => [flag.name, flag.takes]))
    expect(takes).to.deep.include({merge: ['none', 'integration', 'parent'], agent: 'kind', yes: null, project: 'folder'})
  })
})
