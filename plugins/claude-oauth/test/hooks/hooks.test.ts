import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {LIFECYCLE, REQUIRED_PLUGIN, type EventName} from '@orch/plugin-kit'
import {FakeClock, runPlugin, testPorts} from '@orch/plugin-kit/testing'
import afterWindowKill from '../../src/hooks/after-window-kill.js'
import awaitPort from '../../src/hooks/await-port.js'
import mcpInit from '../../src/hooks/mcp-init.js'
import register from '../../src/hooks/register.js'

describe('claude-oauth as a plugin', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orch-oauth-'))
  })
  afterEach(() => rm(folder, {recursive: true, force: true}))

  const start = async (clock = new FakeClock()) => {
    const base = testPorts()
    const ports = testPorts({clock, paths: {...base.paths, user: folder}})
    return {clock, ...(await runPlugin({register, awaitPort, afterWindowKill, mcpInit}, {name: REQUIRED_PLUGIN, ports}))}
  }

  it('declares every event it owns, under the names of the package', async () => {
    const {bus} = await start()
    bus.requireOwners()
    const manifest = JSON.parse(await readFile(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8')) as {
      oclif: {hooks: Record<string, string>}
    }
    const owned = (Object.keys(LIFECYCLE) as EventName[]).filter((event) => LIFECYCLE[event].owner === REQUIRED_PLUGIN)
    expect(Object.keys(manifest.oclif.hooks)).to.have.members(['register', ...owned])
  })

  it('holds a start on a port on which a window was killed for 30 s, by its own ledger', async () => {
    const {bus, capabilities, clock} = await start()
    const ledger = capabilities.require('oauth-ledger')
    // A port of the dynamic range that nothing in a test machine listens on for long; a taken one would only be slower to clear.
    const port = 64_999
    await ledger.recordKill(port)
    const askedAt = clock.now()
    const began = clock.monotonic()
    for (;;) {
      const now = clock.now()
      const history = await ledger.history(port)
      const answer = await bus.emit('awaitPort', {
        port,
        reason: 'restart',
        project: 'p_1',
        agent: 'a_1',
        role: 'developer',
        run: 'r_1',
        askedAt,
        waitedMs: clock.monotonic() - began,
        history,
        now,
        settings: {},
      })
      if (answer === 'clear') break
      await clock.advance(answer.notBefore - now)
    }
    expect(clock.monotonic() - began).to.be.within(30_000, 31_000)
    const after = {port, agent: 'a_1', window: '@1', killedAt: askedAt, now: clock.now(), settings: {}}
    expect(await bus.emit('afterWindowKill', after)).to.equal('clear')
    expect(await bus.emit('afterWindowKill', {...after, killedAt: clock.now()})).to.have.property('notBefore', clock.now() + 30_000)
  })

  it('answers mcpInit for agents it has nothing to do for', async () => {
    const {bus} = await start()
    const answers = await bus.emit('mcpInit', {
      agent: {id: 'a_1', role: 'tester', kind: 'rehearsal'},
      worktree: folder,
      directory: folder,
      repository: folder,
      trusted: false,
      env: {},
      options: {},
      settings: {},
      restart: false,
      probes: null,
    })
    expect(answers).to.deep.equal([{plugin: REQUIRED_PLUGIN, value: {steps: [], verdicts: []}}])
  })
})
