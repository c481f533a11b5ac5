import {expect} from 'chai'
import {OrchError, type ProjectState} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'
import {outcomeOf} from '../../src/services/status/outcome.js'
import {projectStatus} from '../../src/services/status/status.js'
import type {FollowItem} from '../../src/rpc/methods/follow.js'
import {follow, type FollowRequest} from '../../src/view/follow.js'
import {aProject} from '../support/builders.js'
import {failureOf} from '../support/failure.js'

const item = (state: ProjectState): FollowItem => {
  const project = aProject({state})
  return {project: projectStatus(project), events: [], outcome: outcomeOf(project), needsYou: []}
}

/** A supervisor whose streams bring these states, each stream then ending as it is told; the last one stays open. */
function clientOf(...streams: {states: ProjectState[]; end?: Error | 'open'}[]): SupervisorClient {
  return {
    call: async () => outcomeOf(aProject({state: 'running'})),
    peek: async () => null,
    stream: async function* (_method: string, _params: object, {signal}: {signal: AbortSignal}) {
      const {states, end = 'open'} = streams.shift() ?? {states: []}
      for (const state of states) yield item(state)
      if (end === 'open') await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      else if (end.message !== 'ends') throw end
    },
  } as unknown as SupervisorClient
}

describe('follow', () => {
  let shown: string[]
  let abort: AbortController
  beforeEach(() => {
    shown = []
    abort = new AbortController()
  })

  const run = (client: SupervisorClient, changes: Partial<FollowRequest> = {}) =>
    follow(
      client,
      {show: ({state}) => void shown.push(state), end: () => {}},
      {project: 'p_1', until: 'end', attended: false, timeoutMs: null, signal: abort.signal, ...changes},
    )

  for (const end of ['completed', 'failed', 'cancelled', 'blocked'] as const) {
    it(`goes to the end: ${end}`, async () => {
      const followed = await run(clientOf({states: ['starting', 'running', end]}))
      expect(followed).to.deep.include({why: 'reached'})
      expect(followed.outcome.state).to.equal(end)
      expect(shown).to.deep.equal(['starting', 'running', end])
    })
  }

  it('goes until the team is ready', async () => {
    expect((await run(clientOf({states: ['queued', 'starting', 'running', 'verifying']}), {until: 'ready'})).outcome.state).to.equal(
      'running',
    )
  })

  it('takes the stream up again when the supervisor goes away', async () => {
    const lost = new OrchError('ORCH_SUPERVISOR', {why: 'socket hang up', log: '/log'})
    const client = clientOf(
      {states: ['starting'], end: lost},
      {states: ['running'], end: lost},
      {states: [], end: new Error('ends')},
      {states: ['completed']},
    )
    expect((await run(client)).outcome.state).to.equal('completed')
    expect(shown).to.deep.equal(['starting', 'running', 'completed'])
  })

  it('fails with what the supervisor says', async () => {
    const refused = new Error('no such project')
    expect(await failureOf(run(clientOf({states: [], end: refused})))).to.equal(refused)
  })

  it('lets go when it is told to, with what it knows', async () => {
    const following = run(clientOf({states: ['running']}))
    setImmediate(() => abort.abort())
    expect(await following).to.deep.include({why: 'detached'})
  })

  it('stops looking when its time is up', async () => {
    const followed = await run(clientOf({states: ['running']}), {timeoutMs: 30})
    expect(followed.why).to.equal('timeout')
    expect(followed.outcome.state).to.equal('running')
  })
})
