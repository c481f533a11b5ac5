import {expect} from 'chai'
import {Cleanup} from '../../../src/services/cleanup/cleanup.js'
import {OrphanProcesses} from '../../../src/services/cleanup/orphan-processes.js'
import {OrphanWindows} from '../../../src/services/cleanup/orphan-windows.js'
import {StaleLocks} from '../../../src/services/cleanup/stale-locks.js'
import {aProject, aRun, anAgent} from '../../support/builders.js'
import {aWorld, type World} from '../../support/world.js'

const STATE = '/state'
const COMMAND = {argv: ['fake-agent', 'x'], cwd: '/', env: {}}
const ours = (run: string, project = 'p_1') => ({ORCH_STATE: STATE, ORCH_RUN: run, ORCH_PROJECT: project, ORCH_ROLE: 'developer'})

describe('Cleanup', () => {
  let world: World
  let house: Cleanup

  beforeEach(() => {
    world = aWorld({
      projects: [
        aProject({agents: [anAgent({run: aRun({id: 'r_2'})}), anAgent({role: 'tester', state: 'exited', run: aRun({id: 'r_3'})})]}),
      ],
    })
    house = new Cleanup({
      ...world,
      cleaners: {
        process: new OrphanProcesses({...world, state: STATE}),
        window: new OrphanWindows({...world, oauthPorts: [4000]}),
        lock: new StaleLocks(world),
      },
    })
  })

  const found = async () => (await house.survey()).map(({kind, id}) => `${kind} ${id}`)
  const fixAll = async () => house.fix(await house.survey())

  it('finds and ends processes of runs that are over, and of nobody else', async () => {
    world.host
      .run(10, {env: ours('r_1')})
      .run(11, {env: ours('r_2')})
      .run(12, {env: {...ours('r_1'), ORCH_STATE: '/another'}})
      .run(13, {env: {HOME: '/root'}})
      .run(14, {env: ours('r_3'), diesOf: 'SIGKILL'})
    expect(await found()).to.deep.equal(['process 10 1', 'process 14 1'])
    const fixing = fixAll()
    await world.clock.advance(10_000)
    expect((await fixing).map(({done}) => done)).to.deep.equal([true, true])
    expect(await found()).to.deep.equal([])
    expect(new Set(world.host.signals.map(({pid}) => pid))).to.deep.equal(new Set([10, 14]))
  })

  it('touches nothing of a project whose record cannot be read', async () => {
    world.store.damaged = () => [{id: 'p_9', why: 'torn', since: 0, path: '/state/projects/p_1.json'}]
    world.host.run(10, {env: ours('r_9', 'p_9')})
    await world.terminal.createSession({name: 'p_9', windowName: 'developer', command: COMMAND})
    expect(await found()).to.deep.equal([])
  })

  it('touches only what it listed, and looks again before it acts', async () => {
    world.host.run(10, {env: ours('r_1')}).run(20, {env: ours('r_1')})
    const [first] = await house.survey()
    world.host.exit(10)
    world.host.run(10, {startedAt: '7', env: ours('r_1')})
    expect(await house.fix([first!])).to.deep.equal([])
    expect(world.host.signals).to.deep.equal([])
  })

  it('removes windows of projects without a record once they are dead, and no window of a person', async () => {
    const lost = await world.terminal.createSession({name: 'p_7', windowName: 'developer', command: COMMAND})
    await world.terminal.createSession({name: 'my-own', windowName: 'shell', command: COMMAND})
    const known = await world.terminal.createSession({name: 'p_1', windowName: 'notes', command: COMMAND})
    world.terminal.end(known.pane, {code: 0})
    expect(await found()).to.deep.equal([`window ${lost.pane}`])
    expect((await fixAll())[0]).to.include({done: false, what: 'something runs in it'})
    world.terminal.end(lost.pane, {code: 0})
    expect((await fixAll())[0]).to.include({done: true})
    expect((await world.terminal.panes()).map(({sessionName}) => sessionName).sort()).to.deep.equal(['my-own', 'p_1'])
  })

  it('records the removal of a second window of a bound agent as a kill on its port, and removes nothing that it cannot record', async () => {
    Object.assign(world.driver, {usesOauthPort: true})
    const own = await world.terminal.createSession({name: 'p_1', windowName: 'developer', command: COMMAND})
    const second = await world.terminal.createWindow({session: own.session, windowName: 'developer', command: COMMAND})
    const {id, oauthPort} = world.agent()
    await world.store.update('p_1', (project) => ({
      ...project,
      agents: project.agents.map((agent) => (agent.id === id ? {...agent, pane: own.pane, window: own.window} : agent)),
    }))
    world.terminal.end(second.pane, {code: 0})
    world.ledger.failure = new Error('the ledger cannot be written')
    expect((await fixAll())[0]).to.include({done: false, what: 'the ledger cannot be written'})
    expect(await found()).to.deep.equal([`window ${second.pane}`])
    world.ledger.failure = null
    expect((await fixAll())[0]).to.include({done: true})
    expect(await found()).to.deep.equal([])
    expect(world.ledger.calls).to.deep.equal([`kill ${oauthPort}`, `kill ${oauthPort}`])
  })

  it('records the removal of a window that no record knows on every port that a start may wait for', async () => {
    const lost = await world.terminal.createSession({name: 'p_7', windowName: 'developer', command: COMMAND})
    world.terminal.end(lost.pane, {code: 0})
    await fixAll()
    expect(world.ledger.calls).to.include('kill 4000')
  })

  describe('on locks of git', () => {
    const lock = '/repo/.git/worktrees/tester/index.lock'
    beforeEach(() => {
      world.files.put(`${world.agent('tester').worktree}/.git`, 'gitdir: /repo/.git/worktrees/tester\n')
      world.files.put(lock, '')
    })

    it('removes one that was left with a dead agent', async () => {
      expect(await found()).to.deep.equal([`lock ${lock}`])
      expect((await fixAll())[0]).to.include({done: true})
      expect(await world.files.exists(lock)).to.equal(false)
    })

    it('leaves one where somebody works, or the agent lives', async () => {
      world.host.run(50, {cwd: world.agent('tester').worktree})
      expect(await found()).to.deep.equal([])
      world.host.exit(50)
      await world.store.update('p_1', (project) => ({...project, agents: project.agents.map((agent) => ({...agent, state: 'working'}))}))
      expect(await found()).to.deep.equal([])
    })
  })

  describe('with plugins', () => {
    const asked: string[] = []
    let objection: Error | null
    beforeEach(() => {
      asked.length = 0
      objection = null
      world = aWorld({
        projects: [aProject({agents: [anAgent({role: 'tester', state: 'exited'})]})],
        plugins: {
          keeper: {
            beforeCleanup: async ({input}) => {
              asked.push(`before ${input.project}: ${input.what}`)
              if (objection) throw objection
            },
            afterCleanup: async ({input}) => void asked.push(`after ${input.project}: ${input.what}: ${input.proof}`),
          },
        },
      })
      house = new Cleanup({...world, cleaners: {window: new OrphanWindows({...world, oauthPorts: [4000]}), lock: new StaleLocks(world)}})
      world.files.put(`${world.agent('tester').worktree}/.git`, 'gitdir: /repo/.git/worktrees/tester\n')
      world.files.put('/repo/.git/worktrees/tester/index.lock', '')
    })
    const what = 'git lock /repo/.git/worktrees/tester/index.lock'

    it('asks before it removes something, tells what it removed, and puts that into the event log of the project', async () => {
      await fixAll()
      expect(asked).to.deep.equal([`before p_1: ${what}`, `after p_1: ${what}: removed`])
      const deletions = world.log.events.filter(({type}) => type === 'deletion')
      expect(deletions.map(({project, data}) => [project, data['what'], data['result']])).to.deep.equal([['p_1', what, 'removed']])
    })

    it('removes nothing that a plugin objects to, and gives its reason', async () => {
      objection = new Error('the backup is not done')
      const [result] = await fixAll()
      expect(result).to.include({done: false})
      expect(result!.what).to.include('keeper').and.include('the backup is not done')
      expect(await found()).to.deep.equal(['lock /repo/.git/worktrees/tester/index.lock'])
      expect(world.log.events.filter(({type}) => type === 'deletion')).to.deep.equal([])
    })

    it('names no project for what belongs to none on record, and tells nobody of what it could not remove', async () => {
      const lost = await world.terminal.createSession({name: 'p_7', windowName: 'developer', command: COMMAND})
      await house.fix([{kind: 'window', id: lost.pane}])
      expect(asked).to.have.length(1)
      world.terminal.end(lost.pane, {code: 0})
      await house.fix([{kind: 'window', id: lost.pane}])
      expect(asked.at(-1)).to.match(/^after p_7: window developer/)
      expect(world.log.events).to.deep.equal([])
    })
  })
})
