import {spawn} from 'node:child_process'
import {join} from 'node:path'
import {expect} from 'chai'
import type {Approval} from '../../src/domain/approval.js'
import type {Status} from '../../src/services/status.js'
import {ROOT} from '../support/sandbox.js'
import {TalkTeam} from '../support/talk-team.js'

describe('a request for a person', function () {
  this.timeout(120_000)
  let team: TalkTeam

  beforeEach(async () => {
    team = new TalkTeam(['talker'], () => 'steps:\n  - expect: {contains: never, timeoutMs: 86400000}\n')
    await team.start()
  })
  afterEach(() => team.sandbox.remove())

  /** At a terminal of its own, as a person has one (script(1)). */
  const atTerminal = (words: string, env: NodeJS.ProcessEnv = {}): Promise<number | null> => {
    const command = `'${process.execPath}' '${join(ROOT, 'bin', 'run.js')}' ${words}`
    const child = spawn('script', ['-qec', command, '/dev/null'], {env: {...team.sandbox.env, TERM: 'xterm', ...env}, stdio: 'ignore'})
    return new Promise((resolve) => child.once('close', resolve))
  }
  const state = async (id: string) =>
    (await team.call<Approval[]>(null, 'approval.list', {project: team.id})).find((each) => each.id === id)!.state

  it('waits in the status across a restart, is answered at a terminal outside of agents only, and the answer reaches the asker', async () => {
    const id = 'q_0123456789'
    const request = {id, to: 'person', question: 'May I deploy?', timeoutMs: 900_000, wait: false}
    await team.call('talker', 'approval.ask', request)
    team.killSupervisor()
    await team.call('talker', 'approval.ask', request)
    const {data} = await team.sandbox.json<Status>(['status', team.id])
    expect(data.needsYou.filter(({what}) => what.includes(id) && what.includes('May I deploy?'))).to.have.length(1)

    const piped = await team.sandbox.json(['approve', id])
    expect([piped.code, piped.error.code]).to.deep.equal([77, 'ORCH_REFUSED'])
    const run = team.agent('talker').run!
    expect(await atTerminal(`approve ${id}`, {ORCH_RUN: run.id})).to.equal(77)
    const asAgent = {ORCH_AGENT: team.agent('talker').id, ORCH_PROJECT: team.id, ORCH_TOKEN: run.token}
    expect(await atTerminal(`approve ${id}`, asAgent)).to.equal(77)
    expect(await state(id)).to.equal('pending')

    expect(await atTerminal(`approve ${id} --reason "go ahead"`)).to.equal(0)
    expect(await state(id)).to.equal('approved')
    await team.until(() => team.heard('talker').some((text) => text.includes(id) && text.includes('go ahead')), 'the answer')
    expect((await team.sandbox.json<Status>(['status', team.id])).data.needsYou.filter(({what}) => what.includes(id))).to.have.length(0)
  })
})
