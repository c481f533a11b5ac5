import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import {copyFile, mkdir, mkdtemp, readFile, realpath, rm, utimes, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {identifyProcess} from '../../src/adapters/local-host.js'
import {eventually} from '../contract/eventually.js'
import {HOSTILE_PLACES} from '../support/hostile-places.js'

const [WATCHDOG, START, OWN_FILE] = ['watchdog.sh', 'start.js', 'own-file.js'].map((name) =>
  fileURLToPath(new URL(`../../bin/${name}`, import.meta.url)),
) as [string, string, string]

/** One state directory with its watchdog; all are begun together, for it looks every three seconds. */
class Kennel {
  readonly folder: string
  watchdog!: ChildProcess
  ended = false

  constructor(folder: string) {
    this.folder = folder
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** @param program what stands in the place of the supervisor */
  async open(program: string): Promise<void> {
    for (const name of ['bin', 'spool', 'logs', 'state/projects']) await mkdir(this.path(name), {recursive: true})
    await writeFile(this.path('state/projects/p_1.json'), '{}')
    for (const file of [START, OWN_FILE]) await copyFile(file, this.path(`bin/${basename(file)}`))
    await writeFile(this.path('bin/package.json'), '{"type": "module"}')
    await writeFile(this.path('bin/supervisor.json'), JSON.stringify({argv: [process.execPath, '-e', program], env: {FOLDER: this.folder}}))
    this.watchdog = spawn('/bin/sh', [WATCHDOG, this.folder, process.execPath, this.path('bin/start.js')], {
      stdio: 'ignore',
      detached: true,
    })
    this.watchdog.once('exit', () => (this.ended = true))
    await once(this.watchdog, 'spawn')
    await writeFile(this.path('watchdog.pid'), `${this.watchdog.pid} x y\n`)
  }

  /** This test's process as the supervisor that lives. */
  async live(startedAt = identifyProcess(process.pid)!.startedAt): Promise<void> {
    await writeFile(this.path('supervisor.pid'), `${process.pid} ${startedAt} 0\n`)
  }

  starts(): Promise<number> {
    return readFile(this.path('starts'), 'utf8').then(
      (text) => text.length,
      () => 0,
    )
  }
}

/** Writes down that it was started, says that it is ready, and ends: the next look finds it dead. */
const READY = `require('node:fs').appendFileSync(process.env.FOLDER + '/starts', 's'); console.log('{"ready": true}')`
const REFUSES = `require('node:fs').appendFileSync(process.env.FOLDER + '/starts', 's'); console.log('{"error": {"message": "no tmux"}}'); process.exitCode = 69`

describe('bin/watchdog.sh', function () {
  this.timeout(40_000)
  const kennels = new Map<string, Kennel>()
  const of = (name: string) => kennels.get(name)!

  before(async () => {
    for (const name of [
      'dead',
      'alive',
      'another',
      'stopped',
      'finished',
      'succeeded',
      'replaced',
      'forsaken',
      'garbled',
      'refused',
      'removed',
      ...HOSTILE_PLACES.map(({what}) => what),
    ]) {
      const kennel = new Kennel(await realpath(await mkdtemp(join(tmpdir(), 'orch-dog-'))))
      kennels.set(name, kennel)
      await kennel.open(name === 'refused' ? REFUSES : READY)
    }
    await of('alive').live()
    await of('another').live('1')
    await writeFile(of('stopped').path('spool/.stopped'), '')
    await rm(of('finished').path('state/projects/p_1.json'))
    await writeFile(of('succeeded').path('watchdog.pid'), '1 x y\n')
    await writeFile(of('replaced').path('spool/.replaced'), '')
    await writeFile(of('forsaken').path('spool/.replaced'), '')
    const past = new Date(Date.now() - 61_000)
    await utimes(of('forsaken').path('spool/.replaced'), past, past)
    await writeFile(of('garbled').path('watchdog.pid'), Buffer.from([0xff, 0x00, 0x7b, 0x22]))
    for (const {what, put} of HOSTILE_PLACES)
      for (const name of ['watchdog.pid', 'supervisor.pid', 'start-failure.json', 'logs/supervisor.out']) {
        await rm(of(what).path(name), {force: true})
        await put(of(what).path(name))
      }
    await rm(of('removed').folder, {recursive: true})
    await eventually(async () => expect(await of('dead').starts()).to.be.greaterThan(0), 20_000)
    await eventually(() => expect(of('stopped').ended).to.equal(true), 20_000)
  })

  after(async () => {
    for (const {watchdog, folder} of kennels.values()) {
      watchdog.kill('SIGKILL')
      await rm(folder, {recursive: true, force: true})
    }
  })

  it('starts the supervisor that died, and lives on', () => {
    expect(of('dead').ended).to.equal(false)
  })

  it('starts the supervisor though its own record is damaged', async () => {
    await eventually(async () => expect(await of('garbled').starts()).to.be.greaterThan(0))
    expect(of('garbled').ended).to.equal(false)
  })

  for (const {what} of HOSTILE_PLACES)
    it(`starts the supervisor though every record of its own is ${what}`, () =>
      eventually(async () => expect(await of(what).starts()).to.be.greaterThan(0), 20_000))

  it('starts none while one lives', async () => {
    expect(await of('alive').starts()).to.equal(0)
    expect(of('alive').ended).to.equal(false)
  })

  it('takes no other process for the supervisor whose pid it has by now', () =>
    eventually(async () => expect(await of('another').starts()).to.be.greaterThan(0)))

  it('leaves the start to a command that replaces the supervisor', async () => {
    expect(await of('replaced').starts()).to.equal(0)
    expect(of('replaced').ended).to.equal(false)
  })

  it('starts it when that command did not within a minute', () =>
    eventually(async () => expect(await of('forsaken').starts()).to.be.greaterThan(0), 20_000))

  for (const name of ['stopped', 'finished', 'succeeded', 'removed'] as const) {
    it(
      {
        stopped: 'ends when a person stopped the supervisor',
        finished: 'ends when nothing is unfinished',
        succeeded: 'ends when another watchdog took over',
        removed: 'ends when the state directory is gone',
      }[name],
      async () => {
        await eventually(() => expect(of(name).ended).to.equal(true))
        expect(await of(name).starts()).to.equal(0)
      },
    )
  }

  it('outlives its terminal (SIGHUP)', () => {
    of('alive').watchdog.kill('SIGHUP')
    expect(identifyProcess(of('alive').watchdog.pid!)).not.to.equal(null)
  })

  it('leaves word why a start failed, and how often', async () => {
    await eventually(() => expect(existsSync(of('refused').path('start-failure.json'))).to.equal(true))
    const failure = JSON.parse(await readFile(of('refused').path('start-failure.json'), 'utf8')) as Record<string, unknown>
    expect(failure).to.include({why: 'no tmux'})
    expect(failure['attempts']).to.be.greaterThan(0)
  })
})
