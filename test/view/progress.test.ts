import {PassThrough} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'
import {expect} from 'chai'
import type {LoggedEvent} from '../../src/domain/event.js'
import {projectStatus} from '../../src/services/status.js'
import {openProgress} from '../../src/view/progress.js'
import {aProject, anAgent} from '../support/builders.js'

const event = (agent: string | null, message: string): LoggedEvent => ({
  ...{at: Date.now(), project: 'p_1', revision: 1, type: 'claim', agent, data: {message}},
})

describe('progress', () => {
  let bytes: string
  const stream = (isTTY: boolean) => {
    const screen = Object.assign(new PassThrough(), {isTTY, columns: 120, rows: 40})
    screen.on('data', (chunk) => (bytes += String(chunk)))
    return screen as unknown as NodeJS.WriteStream
  }
  const drawn = async () => {
    await new Promise((resolve) => setImmediate(resolve))
    return stripVTControlCharacters(bytes)
  }
  beforeEach(() => (bytes = ''))

  describe('without a terminal', () => {
    it('is a line an event, with the role', async () => {
      const progress = openProgress(stream(false))
      progress.show(projectStatus(aProject()), [event('a_developer', 'done\u001b[2J\nreally'), event('a_gone', 'me too')])
      progress.show(projectStatus(aProject()), [])
      progress.end()
      const lines = (await drawn()).split('\n')
      expect(lines).to.have.length(3)
      expect(lines[0]).to.match(/developer: claims: done really$/)
      expect(lines[1]).to.match(/a_gone: claims: me too$/)
      expect(bytes).not.to.match(/[\u0000-\u0009\u000b-\u001f]/)
    })

    it('says whose a line is only where there are several', async () => {
      openProgress(stream(false), 2).show(projectStatus(aProject({name: 'sh\u001b]0;x\u0007op'})), [event(null, 'x')])
      expect(await drawn()).to.match(/^shop {2}\S+ {2}claim/)
      expect(bytes).not.to.include('\u001b')
      bytes = ''
      openProgress(stream(false), 1).show(projectStatus(aProject({name: 'shop'})), [event(null, 'x')])
      expect(await drawn()).not.to.include('shop')
    })
  })

  describe('in a terminal', () => {
    it('is a block a project with a line an agent, in the order they came, and stays when it ends', async () => {
      const progress = openProgress(stream(true), 2)
      const [shop, site] = ['shop', 'site'].map((name) => aProject({id: `p_${name}`, name, agents: [anAgent()]}))
      progress.show(projectStatus(shop!), [])
      progress.show(projectStatus(site!), [event(null, 'no line of its own')])
      progress.show(projectStatus({...shop!, agents: [anAgent({state: 'idle'})]}), [])
      progress.end()
      const text = await drawn()
      expect(text).to.match(/shop {2}p_shop[^]*developer +working[^]*site {2}p_site[^]*developer +working[^]*developer +idle/)
      expect(text).not.to.include('no line of its own')
    })

    it('draws nothing while there is nothing', async () => {
      openProgress(stream(true)).end()
      expect((await drawn()).trim()).to.equal('')
    })
  })
})
