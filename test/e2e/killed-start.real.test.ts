import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'
import type {Project} from '../../src/domain/model/project.js'
import type {Agent} from '../../src/domain/model/agent.js'

/** The work waits, so that a kill after the report still comes before it. */
const WORK =
  "  - think: {text: thinking, ms: 4000}\n  - write: {path: ROLE.txt, content: 'x'}\n  - commit: Add a file\n  - done: {message: 'it is there'}\n"
/** Long enough to be killed before and after the transcript is made, and before that is reported. */
const DELAYS = {ORCH_CONFIG_REHEARSAL__START_DELAY_MS: '700', ORCH_CONFIG_REHEARSAL__FAULTS__HOOK_DELAY_MS: '1500'}

describe('an agent killed while it starts', function () {
  this.timeout(120_000)
  let sandbox: Sandbox

  afterEach(() => sandbox.remove())

  it('comes back in its conversation, whether that has not begun, has begun unreported, or is reported', async () => {
    sandbox = new Sandbox(DELAYS)
    const moments: Readonly<Record<string, (agent: Agent) => boolean>> = {
      developer: ({run}) => run?.process !== null,
      tester: (agent) => existsSync(transcriptOf(agent)),
      databaseops: ({state}) => state === 'ready' || state === 'working',
    }
    for (const role of Object.keys(moments)) sandbox.write(`scripts/${role}.yaml`, `steps:\n${WORK.replace('ROLE', role)}`)
    const repository = sandbox.repository()
    const args = [
      'run',
      sandbox.write('spec.md', 'Add three files.\n'),
      '--project',
      repository,
      '--agent',
      'rehearsal',
      '--yes',
      '--detach',
    ]
    void sandbox.orch([...args, '--roles', Object.keys(moments).join(',')], {
      env: {ORCH_CONFIG_REHEARSAL__SCRIPTS: sandbox.path('scripts')},
    })
    const killed = new Map<string, Agent>()
    await eventually(() => {
      for (const agent of record()?.agents ?? []) {
        if (killed.has(agent.role) || !agent.run?.process || !moments[agent.role]?.(agent)) continue
        process.kill(agent.run.process.pid, 'SIGKILL')
        killed.set(agent.role, agent)
      }
      return killed.size === 3
    })
    // As the report of a beginning that nobody took in.
    expect(killed.get('tester')).to.include({hasConversation: false})
    await eventually(() => ['completed', 'blocked'].includes(record()?.state ?? ''))
    const over = record()!
    expect(over.state, over.reason ?? '').to.equal('completed')
    for (const {role, conversation, restarts} of over.agents.filter((agent) => killed.has(agent.role))) {
      expect(conversation, role).to.equal(killed.get(role)!.conversation)
      expect(restarts, role).to.equal(1)
    }
  })

  const transcriptOf = ({directory, conversation}: Agent) => join(directory, `${conversation}.jsonl`)

  function record(): Project | undefined {
    for (const folder of ['projects', 'finished']) {
      const path = join(sandbox.path('data'), 'state', folder)
      const name = existsSync(path) ? readdirSync(path).find((file) => file.endsWith('.json')) : undefined
      try {
        if (name !== undefined) return JSON.parse(readFileSync(join(path, name), 'utf8')) as Project
      } catch {
        // Put away while we look.
      }
    }
    return undefined
  }

  async function eventually(holds: () => boolean): Promise<void> {
    const end = performance.now() + 60_000
    while (!holds()) {
      if (performance.now() > end) {
        const agents = record()?.agents.map(({role, state, evidence}) => `${role} ${state} (${evidence.what})`)
        throw new Error(`not in time: ${record()?.state} ${agents?.join(', ')}`)
      }
      await sleep(20)
    }
  }
})
