import {Config, Flags, settings} from '@oclif/core'
import {expect} from 'chai'
import {OrchError} from '../../src/index.js'
import {OrchCommand} from '../../src/command/index.js'
import {writeHost} from '../support/plugin-folder.js'

/** A command that does what a test says. */
class Probe extends OrchCommand {
  static override flags = {count: Flags.integer()}
  static act: (command: Probe) => void | Promise<void> = () => {}

  async run(): Promise<void> {
    await this.parse(Probe)
    await Probe.act(this)
  }

  say(data: unknown, human: () => void): void {
    this.answer(data, human)
  }

  connect(): Promise<unknown> {
    return this.supervisor()
  }
}

interface Spoken {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number | string | null | undefined
}

describe('OrchCommand', () => {
  let host: Awaited<ReturnType<typeof writeHost>>
  let config: Config

  before(async () => {
    host = await writeHost({})
    settings.enableAutoTranspile = false
    config = await Config.load({root: host.root})
  })

  after(() => host.remove())

  /** Runs the command and catches what it says. */
  async function run(argv: string[], act: typeof Probe.act): Promise<Spoken> {
    Probe.act = act
    const {exitCode} = process
    const streams = {stdout: '', stderr: ''}
    const writes = (['stdout', 'stderr'] as const).map((name) => {
      const original = process[name].write.bind(process[name])
      process[name].write = (chunk: string | Uint8Array) => {
        streams[name] += String(chunk)
        return true
      }
      return () => (process[name].write = original)
    })
    try {
      await Probe.run(argv, config)
      return {...streams, exitCode: process.exitCode}
    } finally {
      for (const restore of writes) restore()
      process.exitCode = exitCode
    }
  }

  it('answers in words, or with --json in the one envelope', async () => {
    const act = (command: Probe) => command.say({a: 1}, () => process.stdout.write('one a\n'))
    expect((await run([], act)).stdout).to.equal('one a\n')
    const {data, meta} = JSON.parse((await run(['--json'], act)).stdout) as {data: unknown; meta: {version: string; tookMs: number}}
    expect(data).to.deep.equal({a: 1})
    expect(meta.version).to.equal('1.0.0')
    expect(Number.isInteger(meta.tookMs)).to.equal(true)
  })

  it('prints a failure of the registry with remedy, code and exit', async () => {
    const said = await run([], () => {
      throw new OrchError('ORCH_REFUSED', {what: 'It', why: 'dirty', remedy: 'Commit\nfirst.'})
    })
    expect(said).to.deep.equal({
      stdout: '',
      stderr: 'Error: It was refused: dirty.\n  Commit\n  first.\n  (ORCH_REFUSED, exit 77)\n',
      exitCode: 77,
    })
  })

  it('prints a failure as one JSON object with --json', async () => {
    const said = await run(['--json'], () => {
      throw new OrchError('ORCH_NOT_FOUND', {what: 'project', name: 'x'})
    })
    expect(said.stderr).to.equal('')
    expect(said.exitCode).to.equal(3)
    expect((JSON.parse(said.stdout) as {error: {code: string; remedy: string}}).error).to.include({code: 'ORCH_NOT_FOUND', exit: 3})
  })

  it('calls what is nobody’s fault but ours ORCH_INTERNAL', async () => {
    const said = await run([], () => {
      throw new TypeError('boom')
    })
    expect(said.exitCode).to.equal(1)
    expect(said.stderr).to.include('boom').and.include('ORCH_INTERNAL')
  })

  for (const [what, argv] of [
    ['an unknown flag', ['--cuont', '1']],
    ['a value of the wrong kind', ['--count', 'many']],
    ['an argument too many', ['surplus']],
  ] as const) {
    it(`makes ${what} a usage error`, async () => {
      const said = await run([...argv, '--json'], () => expect.fail('it ran'))
      expect(said.exitCode).to.equal(2)
      expect((JSON.parse(said.stdout) as {error: {code: string}}).error.code).to.equal('ORCH_USAGE')
    })
  }

  it('asks whether a known flag was meant', async () => {
    expect((await run(['--cuont', '1'], () => expect.fail('it ran'))).stderr).to.include('Did you mean --count?')
    expect((await run(['--frobnicate'], () => expect.fail('it ran'))).stderr).not.to.include('Did you mean')
  })

  it('needs a host that names its client', async () => {
    const said = await run([], async (command) => void (await command.connect()))
    expect(said.exitCode).to.equal(1)
    expect(said.stderr).to.include('orch.client')
  })
})
