import {PassThrough} from 'node:stream'
import {stripVTControlCharacters} from 'node:util'
import {expect} from 'chai'
import type {LoggedEvent} from '../../src/domain/event.js'
import type {Need} from '../../src/domain/need.js'
import {projectStatus} from '../../src/services/status/status.js'
import {openProgress} from '../../src/view/progress.js'
import {anAgent, aProject, EPOCH} from '../support/builders.js'

const event = (agent: string | null, message: string): LoggedEvent => ({
  ...{at: Date.now(), project: 'p_1', revision: 1, type: 'claim', agent, data: {message}},
})

const need = (changes: Partial<Need> = {}): Need => ({
  ...{project: 'p_1', agent: 'a_developer', what: 'May I?', since: EPOCH, commands: ['orch attach p_1 developer']},
  ...changes,
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
      progress.show(projectStatus(aProject()), [event('a_developer', 'done\u001b[2J\nreally'), event('a_gone', 'me too')], [])
      progress.show(projectStatus(aProject()), [], [])
      progress.end()
      const lines = (await drawn()).split('\n')
      expect(lines).to.have.length(3)
      expect(lines[0]).to.match(/developer: claims: done\^\[\[2J really$/)
      expect(lines[1]).to.match(/a_gone: claims: me too$/)
      expect(bytes).not.to.match(/[\u0000-\u0009\u000b-\u001f]/)
    })

    it('is no line for the steps of a message or of a start, one for a message and one when it is lost', async () => {
      const progress = openProgress(stream(false))
      const message = (from: string | null, to: string): LoggedEvent => ({
        ...{...event('a_developer', ''), type: 'message.state', data: {id: 'm_1', from, to, sender: 'tester'}},
      })
      const lease: LoggedEvent = {...event('a_developer', ''), type: 'oauth.lease', data: {port: 3000, to: 'held'}}
      const events = [message(null, 'accepted'), message('accepted', 'offered'), lease, message('offered', 'expired')]
      progress.show(projectStatus(aProject()), events, [])
      const lines = (await drawn()).trim().split('\n')
      expect(lines.map((line) => line.replace(/^.*developer: /, ''))).to.deep.equal([
        'message m_1 from tester accepted',
        'message m_1 from tester expired',
      ])
    })

    it('says once what needs a person, with the command to run', async () => {
      const progress = openProgress(stream(false))
      progress.show(projectStatus(aProject()), [], [need()])
      progress.show(projectStatus(aProject()), [], [need(), need({agent: null, what: 'tests fail', commands: ['orch resume p_1']})])
      progress.show(projectStatus(aProject()), [], [])
      progress.show(projectStatus(aProject()), [], [need()])
      expect(
        (await drawn())
          .trim()
          .split('\n')
          .map((line) => line.replace(/ {2}\(.*$/, '')),
      ).to.deep.equal([
        'Needs you  p_1:developer  May I? → orch attach p_1 developer',
        'Needs you  demo  tests fail → orch resume p_1',
        'Needs you  p_1:developer  May I? → orch attach p_1 developer',
      ])
    })

    it('says once how a start can go on that waits for its port, and again when it waits again', async () => {
      const progress = openProgress(stream(false))
      const holder = {pid: 7, command: 'vite', cwd: '/x'}
      const agents = [anAgent({state: 'waiting-port', waitingFor: {what: 'port', until: null, holder}}), anAgent({role: 'tester'})]
      const waits = projectStatus(aProject({state: 'waiting-port', agents}))
      for (const project of [waits, waits, projectStatus(aProject({state: 'starting', agents})), waits]) progress.show(project, [], [])
      const lines = (await drawn()).trim().split('\n')
      expect(lines).to.have.length(2)
      expect(lines[0]).to.include('orch port status').and.include('orch port override p_1:developer').and.not.include('tester')
    })

    it('tells a program what needs a person as an object on a line, and nothing else', async () => {
      const progress = openProgress(stream(false), 1, true)
      progress.show(projectStatus(aProject()), [event(null, 'x')], [need()])
      progress.show(projectStatus(aProject()), [event(null, 'x')], [need()])
      expect(JSON.parse(await drawn())).to.deep.equal({needsYou: need()})
    })

    it('says whose a line is only where there are several', async () => {
      openProgress(stream(false), 2).show(projectStatus(aProject({name: 'sh\u001b]0;x\u0007op'})), [event(null, 'x')], [])
      expect(await drawn()).to.match(/^sh\^\[\]0;x\^Gop {2}\S+ {2}claim/)
      expect(bytes).not.to.include('\u001b')
      bytes = ''
      openProgress(stream(false), 1).show(projectStatus(aProject({name: 'shop'})), [event(null, 'x')], [])
      expect(await drawn()).not.to.include('shop')
    })
  })

  describe('in a terminal', () => {
    it('is a block a project with a line an agent, in the order they came, and stays when it ends', async () => {
      const progress = openProgress(stream(true), 2)
      const [shop, site] = ['shop', 'site'].map((name) => aProject({id: `p_${name}`, name, agents: [anAgent()]}))
      progress.show(projectStatus(shop!), [], [])
      progress.show(projectStatus(site!), [event(null, 'no line of its own')], [])
      progress.show(projectStatus({...shop!, agents: [anAgent({state: 'idle'})]}), [], [])
      progress.end()
      const text = await drawn()
      expect(text).to.match(/shop {2}p_shop[^]*developer +working[^]*site {2}p_site[^]*developer +working[^]*developer +idle/)
      expect(text).not.to.include('no line of its own')
    })

    it('has what needs a person on top, until it is answered', async () => {
      const progress = openProgress(stream(true))
      progress.show(projectStatus(aProject()), [], [need()])
      expect(await drawn()).to.match(/Needs you\n {2}p_1:developer {2}May I\? → orch attach p_1 developer[^]*demo {2}p_1/)
      bytes = ''
      progress.show(projectStatus(aProject()), [], [])
      progress.end()
      expect(await drawn()).not.to.include('Needs you')
    })

    it('draws nothing while there is nothing', async () => {
      openProgress(stream(true)).end()
      expect((await drawn()).trim()).to.equal('')
    })
  })
})
