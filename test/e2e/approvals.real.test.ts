import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {request, type IncomingMessage} from 'node:http'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {expect} from 'chai'
import {callDigest, holdCall} from '../../src/adapters/held-call.js'
import {HEADERS} from '../../src/rpc/protocol.js'
import type {Status} from '../../src/services/status/status.js'
import {ROOT} from '../support/sandbox.js'
import {TalkTeam} from '../support/talk-team.js'
import type {Approval} from '../../src/domain/model/request.js'

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

  /** A call as curl makes it: with the pid of some process at a terminal, and with a socket that the caller itself holds. */
  async function refusesBystanders(id: string): Promise<void> {
    const bystander = spawn('script', ['-qec', 'sleep 60', '/dev/null'], {stdio: 'ignore'})
    const params = {id, verdict: 'approved'}
    const held = await holdCall(callDigest('approval.answer', params))
    try {
      for (const shown of [{}, {[HEADERS.process]: `${bystander.pid} ${held.name}`}]) {
        const headers = {'content-type': 'application/json', ...shown}
        const call = request({socketPath: team.sandbox.path('data', 'orch.sock'), path: '/v1/approval.answer', method: 'POST', headers})
        call.end(JSON.stringify(params))
        const [response] = (await once(call, 'response')) as [IncomingMessage]
        expect(JSON.parse(await text(response))).to.have.nested.property('error.code', 'ORCH_REFUSED')
      }
    } finally {
      held.release()
      bystander.kill()
    }
  }

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
    const marks = {ORCH_RUN: run.id, ORCH_STATE: team.sandbox.path('data')}
    expect(await atTerminal(`approve ${id}`, marks)).to.equal(77)
    const asAgent = {ORCH_AGENT: team.agent('talker').id, ORCH_PROJECT: team.id, ORCH_TOKEN: run.token}
    expect(await atTerminal(`approve ${id}`, asAgent)).to.equal(77)
    expect(await state(id)).to.equal('pending')
    await refusesBystanders(id)
    expect(await state(id)).to.equal('pending')

    expect(await atTerminal(`approve ${id} --reason "go ahead"`)).to.equal(0)
    expect(await state(id)).to.equal('approved')
    await team.until(() => team.heard('talker').some((text) => text.includes(id) && text.includes('go ahead')), 'the answer')
    expect((await team.sandbox.json<Status>(['status', team.id])).data.needsYou.filter(({what}) => what.includes(id))).to.have.length(0)
  })
})
