import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {splitCommand} from '../../../src/adapters/command-line.js'
import {LocalHost} from '../../../src/adapters/local-host.js'
import {ExecaRunner} from '../../../src/adapters/process-runner.js'
import {SystemClock} from '../../../src/adapters/system-clock.js'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {RunProcesses} from '../../../src/services/agents/run-processes.js'
import {CommandRunner} from '../../../src/services/project-commands/run-command.js'
import {failureOf} from '../../support/failure.js'
import {useTemporaryFolder} from '../../support/temporary-folder.js'

describe('CommandRunner on real processes', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const processes = new ExecaRunner()
  const host = new LocalHost(processes)
  const clock = new SystemClock()
  const commands = new CommandRunner({
    processes,
    host,
    leftovers: new RunProcesses({host, clock, logger: new MemoryLogger()}),
    clock,
    split: splitCommand,
  })
  const run = (command: string, signal = new AbortController().signal, timeoutMs = 20_000) =>
    commands.runAndEnd(command, {cwd: folder(), env: {PATH: process.env['PATH']!}, timeoutMs, signal})
  const pidIn = (name: string) => Number(readFileSync(join(folder(), name), 'utf8'))
  /** A zombie has ended; nobody has asked it yet. */
  const lives = async (name: string) => (await host.identify(pidIn(name))) !== null

  it('ends what a command leaves running: in its group, out of it, and with an environment of its own', async () => {
    const leave = (name: string, prefix: string) => `${prefix} sh -c 'echo $$ > ${name}; exec sleep 600' & `
    const script = `${leave('member', '')}${leave('escaped', 'setsid')}${leave('bare', '/usr/bin/env -i')}while [ ! -s member ] || [ ! -s escaped ] || [ ! -s bare ]; do sleep 0.02; done`
    const shown = await run(`sh -c "${script.replaceAll('$', '\\$')}"`)
    expect(shown).to.include({exitCode: 0, leftRunning: 3})
    expect(shown.output).to.include('orch ended 3 processes that it left running')
    for (const name of ['member', 'escaped', 'bare']) expect(await lives(name), name).to.equal(false)
  })

  it('ends one that does not listen to SIGTERM', async () => {
    const shown = await run(
      `sh -c "(trap '' TERM; echo \\$\\$ > deaf; while :; do sleep 0.05; done) & while [ ! -s deaf ]; do sleep 0.02; done"`,
    )
    expect(shown.leftRunning).to.be.greaterThan(0)
    expect((await host.families('ORCH_VERIFY', [{root: null, marks: [folder()]}]))[0]).to.deep.equal([])
  })

  it('ends everything of a command that takes too long or is broken off', async () => {
    const slow = `sh -c "sh -c 'echo \\$\\$ > slow; exec sleep 600' & wait"`
    expect(await run(slow, undefined, 400)).to.include({exitCode: null})
    expect(await lives('slow')).to.equal(false)
    const abort = new AbortController()
    setTimeout(() => abort.abort(new Error('paused')), 400)
    expect((await failureOf(run(slow, abort.signal))).message).to.equal('paused')
    expect(await lives('slow')).to.equal(false)
  })

  it('first ends what a command before it left, as one of a supervisor that was killed', async () => {
    const env = {PATH: process.env['PATH']!, ORCH_VERIFY: folder()}
    const started = await processes.run('sh', ['-c', 'setsid sleep 600 >/dev/null 2>&1 & echo $!'], {env})
    expect(await host.identify(Number(started.stdout))).not.to.equal(null)
    expect(await run('true')).to.not.have.property('leftRunning')
    expect(await host.identify(Number(started.stdout))).to.equal(null)
  })
})
