import {mkdir} from 'node:fs/promises'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {Config} from '@oclif/core'
import {API_VERSION} from '@orch/plugin-kit'
import {CapabilityRegistry, HookBus} from '@orch/plugin-kit/host'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {ExecaRunner} from '../../dist/adapters/process-runner.js'
import {RandomIds} from '../../dist/adapters/random-ids.js'
import {AjvValidator} from '../../dist/adapters/schema-validator.js'
import {SystemClock} from '../../dist/adapters/system-clock.js'
import {PortGate} from '../../dist/services/oauth/port-gate.js'
import {ROOT} from '../../test/support/sandbox.ts'

/**
 * Times the OAuth gate on a free port, in this process: core's loop, oclif's hooks, claude-oauth's rules, a ledger of its own.
 * @param folder for the ledger
 * @returns milliseconds of each pass, and of each last look before the spawn
 */
export async function measurePortGate(folder, rounds) {
  await mkdir(folder, {recursive: true, mode: 0o700})
  const config = await Config.load({root: ROOT})
  const declared = new Map([...config.plugins.values()].map((plugin) => [plugin.name, Object.keys(plugin.hooks)]))
  const bus = new HookBus({
    runner: config,
    declared,
    warn: (failure) => {
      throw failure
    },
  })
  const clock = new SystemClock()
  const paths = {
    data: folder,
    config: folder,
    cache: folder,
    user: folder,
    hookCommand: ['/bin/sh', join(ROOT, 'bin', 'hook.sh'), process.execPath],
  }
  const ports = {
    clock,
    ids: new RandomIds(),
    logger: new MemoryLogger(),
    processes: new ExecaRunner(),
    schemas: new AjvValidator(),
    paths,
    config: () => ({}),
  }
  const ledger = new CapabilityRegistry(await bus.emit('register', {apiVersion: API_VERSION, ports})).require('oauth-ledger')
  const gate = new PortGate({bus, ledger, clock, logger: ports.logger})
  const [passed, confirmed, port] = [[], [], await freePort()]
  for (let round = 0; round < rounds; round += 1) {
    const request = {
      port,
      project: 'p_bench',
      agent: 'a_bench',
      role: 'bench',
      run: `r_${round}`,
      reason: 'start',
      asked: {at: clock.now(), monotonic: clock.monotonic()},
      settings: {},
      attended: () => false,
      onWait: () => {},
      note: () => {},
      signal: new AbortController().signal,
    }
    passed.push(await timed(() => gate.pass(request)))
    confirmed.push(await timed(() => gate.confirm(request)))
    await gate.release(request)
  }
  return {passed, confirmed}
}

async function timed(work) {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** A port nobody listens on at this moment. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const {port} = server.address()
      server.close(() => resolve(port))
    })
  })
}
