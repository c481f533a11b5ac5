import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'
import {eventually} from '../contract/eventually.js'

interface Status {
  readonly needsYou: readonly {readonly what: string; readonly commands: readonly string[]}[]
  readonly projects: readonly {
    readonly id: string
    readonly state: string
    readonly next: {readonly by: string} | null
    readonly agents: readonly {
      readonly role: string
      readonly state: string
      readonly evidence: {readonly what: string}
      readonly worktree: string
    }[]
  }[]
  readonly finishedCount: number
}

describe('a team that stops without a claim', function () {
  this.timeout(120_000)
  let sandbox: Sandbox

  before(() => {
    sandbox = new Sandbox({ORCH_CONFIG_HEALTH__NUDGE_SECONDS: '0.5', ORCH_CONFIG_HEALTH__LOOK_SECONDS: '0.5'})
    sandbox.write('scripts/developer.yaml', 'steps: [{say: that is all}]')
    sandbox.write('scripts/orchestrator.yaml', 'steps: [{say: I wait}]')
    sandbox.env['ORCH_CONFIG_REHEARSAL__SCRIPTS'] = sandbox.path('scripts')
  })

  after(() => sandbox.remove())

  const status = async () => {
    const {data} = await sandbox.json<Status>(['status'])
    for (const {state, next} of data.projects.filter(({state: each}) => each !== 'cancelled'))
      expect(next?.by, `nothing happens while it is ${state}`).to.be.oneOf(['agents', 'orch', 'person'])
    return data
  }

  it('is reminded, shown to a person, and taken up again after it was stopped', async () => {
    const repository = sandbox.repository()
    const spec = sandbox.write('spec.md', '# Do it\n\n- [ ] Do it\n')
    const {data} = await sandbox.json<{id: string}>([
      ...['run', spec, '--project', repository, '--agent', 'rehearsal', '--roles', 'developer', '--yes'],
    ])
    const {id} = data

    await eventually(async () => {
      const {needsYou} = await status()
      expect(needsYou.map(({what}) => what).join()).to.include('no agent is at work')
      expect(needsYou.map(({commands}) => commands[0])).to.deep.equal([`orch attach ${id} developer`])
    }, 60_000)
    const {stdout: messages} = await sandbox.orch(['messages', id, '--json'])
    expect(messages.match(/You ended your turn/g)).to.have.length(3)

    await sandbox.orch(['agent', 'stop', id, 'developer'])
    await eventually(async () => expect((await status()).projects[0]).to.include({state: 'blocked'}), 20_000)
    const refused = await sandbox.json(['agent', 'restart', id, 'developer'])
    expect(refused.code).to.equal(4)
    expect(refused.error.remedy).to.include(`orch resume ${id}`)

    await sandbox.orch(['stop', id])
    expect(await status()).to.include({finishedCount: 1})
    expect((await sandbox.orch(['status'])).stdout).to.match(new RegExp(`Finished\\n.*${id} +cancelled`))

    const late = await sandbox.json(['resume', id, '--deadline', '2h'])
    expect(late.code, JSON.stringify(late.error)).to.equal(0)
    await eventually(async () => {
      const [again] = (await status()).projects
      expect(again).to.include({id, state: 'running'})
      expect(again!.agents.map(({state}) => state)).to.deep.equal(['idle', 'idle'])
    }, 30_000)
    expect((await status()).finishedCount).to.equal(0)
    expect((await sandbox.orch(['events', id])).stdout)
      .to.include('cancelled → running')
      .and.include('stopped → planned (resumed by a person)')
  })
})
