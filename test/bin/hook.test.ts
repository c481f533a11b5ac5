import {execFileSync, spawn} from 'node:child_process'
import {once} from 'node:events'
import {realpathSync} from 'node:fs'
import {chmod, copyFile, lutimes, mkdir, readFile, readdir, rm, stat, truncate, utimes, writeFile} from 'node:fs/promises'
import {basename, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {MemoryLogger} from '@orch/plugin-kit/testing'
import {identifyProcess} from '../../src/adapters/local-host.js'
import {Spool} from '../../src/adapters/spool.js'
import type {SpooledReport} from '../../src/domain/spooled-report.js'
import {eventually} from '../contract/eventually.js'
import {HOSTILE_PLACES} from '../support/hostile-places.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const PROGRAMS = ['hook.sh', 'alive.sh', 'restart.js', 'own-file.js'].map((name) =>
  fileURLToPath(new URL(`../../bin/${name}`, import.meta.url)),
)

/** What /bin/sh may be elsewhere; those that are installed here are tried. */
const OTHERS = [['dash'], ['bash', '--posix'], ['busybox', 'sh']].filter(([name]) => !realpathSync('/bin/sh').endsWith(`/${name}`))
const SHELLS = [['/bin/sh'], ...OTHERS].filter(([program, ...args]) => {
  try {
    execFileSync(program!, [...args, '-c', ':'])
    return true
  } catch {
    return false
  }
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** bin/hook.sh as a process of its own, as agents run it. */
describe('bin/hook.sh', () => {
  const folder = useTemporaryFolder()
  const spool = () => join(folder(), 'spool')
  const started = () => join(folder(), 'started')
  const record = () => join(folder(), 'supervisor.pid')
  const SILENT = {code: 0, stdout: '', stderr: ''}

  beforeEach(async () => {
    await mkdir(join(folder(), 'bin'))
    for (const file of PROGRAMS) await copyFile(file, join(folder(), 'bin', basename(file)))
    await writeFile(join(folder(), 'bin', 'package.json'), '{"type": "module"}')
    // In the place of a supervisor: a program that writes down that it was started, and with what.
    const program = `require('node:fs').appendFileSync(${JSON.stringify(started())}, JSON.stringify({cwd: process.cwd(), env: process.env.MARK, umask: process.umask()}) + '\\n')`
    await writeFile(
      join(folder(), 'bin', 'supervisor.json'),
      JSON.stringify({argv: [process.execPath, '-e', program], env: {MARK: 'ours'}}),
    )
  })

  /** This process in the place of a supervisor that lives. */
  const live = (startedAt = identifyProcess(process.pid)!.startedAt) => writeFile(record(), `${process.pid} ${startedAt} 0\n`)

  interface Call {
    readonly shell?: readonly string[]
    readonly event?: string
    readonly env?: Readonly<Record<string, string | undefined>>
    readonly node?: string
  }

  async function hook(
    input: string | Buffer,
    {shell = ['/bin/sh'], event = 'Stop', env = {}, node = process.execPath}: Call = {},
  ): Promise<Ended> {
    const given = {ORCH_STATE: folder(), ORCH_PROJECT: 'p_1', ORCH_AGENT: 'a_1', ORCH_RUN: 'r_1', ORCH_TOKEN: 'secret'}
    const [program, ...args] = [...shell, join(folder(), 'bin', 'hook.sh'), node, event]
    const child = spawn(program, args, {env: {PATH: process.env['PATH'], ...given, ...env}, stdio: 'pipe'})
    const said = {stdout: '', stderr: ''}
    child.stdout.on('data', (chunk) => (said.stdout += String(chunk)))
    child.stderr.on('data', (chunk) => (said.stderr += String(chunk)))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const [code] = (await once(child, 'close')) as [number | null]
    return {code, ...said}
  }

  /** As the supervisor reads them. */
  async function reports(): Promise<SpooledReport[]> {
    const [reader, found] = [new Spool(spool(), new MemoryLogger()), []] as [Spool, SpooledReport[]]
    for (const name of await reader.list()) {
      const read = await reader.read(name)
      if (read) found.push(read.report)
    }
    return found
  }
  const payloads = async () => (await reports()).map(({payload}) => payload)
  const starts = async () => (await readFile(started(), 'utf8').catch(() => '')).split('\n').filter(Boolean)

  for (const shell of SHELLS)
    describe(`in ${shell.join(' ')}`, () => {
      it('writes the report of a run with its token, privately and under its name at once, and says nothing', async () => {
        await live()
        expect(await hook('{"session_id": "s", "cwd": "/w"}', {shell, event: 'SessionStart'})).to.deep.equal(SILENT)
        const names = await readdir(spool())
        expect(names).to.have.length(1)
        expect((await stat(join(spool(), names[0]!))).mode & 0o777).to.equal(0o600)
        expect((await stat(spool())).mode & 0o777).to.equal(0o700)
        const run = {project: 'p_1', agent: 'a_1', run: 'r_1', token: 'secret'}
        expect(await reports()).to.deep.equal([{...run, event: 'SessionStart', payload: {session_id: 's', cwd: '/w'}}])
      })

      it('takes what is no JSON for an empty report', async () => {
        await live()
        for (const input of ['\u0000{not json', '', '{"a":', '[1]', 'null']) expect(await hook(input, {shell}), input).to.deep.equal(SILENT)
        expect(await payloads()).to.deep.equal([{}, {}, {}, {}, {}])
      })

      it('keeps line ends, backslashes and letters of any kind, and a very long report whole', async () => {
        await live()
        const payload = {text: 'a\nb\\n\u0000ü', long: 'ü'.repeat(500_000)}
        expect(await hook(JSON.stringify(payload, null, 2), {shell})).to.deep.equal(SILENT)
        expect(await payloads()).to.deep.equal([payload])
      })

      it('keeps the order of reports, however soon one follows the other', async () => {
        await live()
        const events = Array.from({length: 12}, (_, index) => `event ${index}`)
        for (const event of events) await hook('{}', {shell, event})
        expect((await reports()).map(({event}) => event)).to.deep.equal(events)
      })

      it('starts no supervisor while one lives, and no Node', async () => {
        await live()
        expect(await hook('{}', {shell, node: tattler()})).to.deep.equal(SILENT)
        expect(await starts()).to.deep.equal([])
      })

      it('starts the supervisor when none lives, and when its number is another process’s by now', async () => {
        expect(await hook('{"a": 1}', {shell})).to.deep.equal(SILENT)
        await eventually(async () => expect(await starts()).to.have.length(1))
        expect(JSON.parse((await starts())[0]!)).to.deep.equal({cwd: '/', env: 'ours', umask: process.umask()})
        await rm(join(spool(), '.started'))
        await live('1')
        await hook('{"a": 2}', {shell})
        await eventually(async () => expect(await starts()).to.have.length(2))
        expect(await payloads()).to.deep.equal([{a: 1}, {a: 2}])
      })

      it('starts neither when a person stopped the supervisor', async () => {
        await mkdir(spool())
        await writeFile(join(spool(), '.stopped'), '')
        expect(await hook('{}', {shell, node: tattler()})).to.deep.equal(SILENT)
        expect(await reports()).to.have.length(1)
        expect(await starts()).to.deep.equal([])
      })

      it('does not fail its agent when nothing can be written', async () => {
        await live()
        await writeFile(spool(), 'a file where the folder should be')
        expect(await hook('{}', {shell})).to.deep.equal(SILENT)
      })

      it('leaves nothing half written on a full disk', async () => {
        await live()
        // In the place of a full disk: a limit for the size of files, which head meets in the middle.
        const limited = ['/bin/sh', '-c', 'trap "" XFSZ; ulimit -f 8; exec "$@"', 'sh', ...shell]
        expect(await hook('x'.repeat(100_000), {shell: limited})).to.deep.equal(SILENT)
        expect(await readdir(spool())).to.deep.equal([])
      })

      for (const {what, put} of HOSTILE_PLACES)
        it(`ends at once, its report written, though what it looks at is ${what}`, async () => {
          await mkdir(spool())
          await put(join(spool(), '.started'))
          for (const name of ['bin/supervisor.json', 'supervisor.pid']) {
            await rm(join(folder(), name), {force: true})
            await put(join(folder(), name))
          }
          await lutimes(join(spool(), '.started'), new Date(0), new Date(0))
          expect(await hook('{"last": 1}', {shell})).to.deep.equal(SILENT)
          expect(await payloads()).to.deep.equal([{last: 1}])
        })
    })

  /** In the place of Node: it writes down that it was run. */
  function tattler(): string {
    execFileSync('/bin/sh', [
      '-c',
      'printf \'#!/bin/sh\\necho node >>"%s"\\n\' "$2" >"$1"; chmod 700 "$1"',
      'sh',
      join(folder(), 'node'),
      started(),
    ])
    return join(folder(), 'node')
  }

  it('does nothing outside an agent', async () => {
    for (const name of ['ORCH_STATE', 'ORCH_AGENT', 'ORCH_RUN'])
      expect(await hook('{}', {env: {[name]: undefined}}), name).to.deep.equal(SILENT)
    expect(await readdir(folder())).not.to.include('spool')
  })

  it('cuts a report that is longer than any, so that the supervisor sets it aside', async () => {
    await live()
    const long = join(folder(), 'long')
    await writeFile(long, '{}')
    await truncate(long, 40 * 1024 * 1024)
    expect(await hook(await readFile(long))).to.deep.equal(SILENT)
    expect((await stat(join(spool(), (await readdir(spool()))[0]!))).size).to.be.lessThan(17 * 1024 * 1024)
    expect(await reports()).to.deep.equal([])
    expect(await readdir(join(spool(), '.bad'))).to.have.length(1)
  })

  it('writes over no report of an earlier process of its number', async () => {
    await live()
    await mkdir(spool())
    // sh becomes the hook, so that the number is known before.
    const taken = `: >"$ORCH_STATE/spool/$$.0.report"; : >"$ORCH_STATE/spool/$$.1.tmp"; exec /bin/sh "$@"`
    expect(await hook('{"mine": 1}', {shell: ['/bin/sh', '-c', taken, 'sh']})).to.deep.equal(SILENT)
    expect((await readdir(spool())).map((name) => name.replace(/^\d+/, 'PID')).sort()).to.deep.equal([
      'PID.0.report',
      'PID.1.tmp',
      'PID.2.report',
    ])
  })

  it('ends its report though its window closes (SIGHUP)', async () => {
    await live()
    const child = spawn('/bin/sh', [join(folder(), 'bin', 'hook.sh'), process.execPath, 'SessionEnd'], {
      env: {PATH: process.env['PATH'], ORCH_STATE: folder(), ORCH_PROJECT: 'p_1', ORCH_AGENT: 'a_1', ORCH_RUN: 'r_1', ORCH_TOKEN: 'secret'},
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    })
    await eventually(async () => expect(await readdir(spool()).catch(() => [])).to.have.length(1))
    process.kill(-child.pid!, 'SIGHUP')
    child.stdin.end('{"reason": "other"}')
    await once(child, 'close')
    expect(await payloads()).to.deep.equal([{reason: 'other'}])
  })

  it('puts its token into no argument of a program', async () => {
    await live()
    const bin = join(folder(), 'path')
    await mkdir(bin)
    for (const name of ['head', 'mv', 'rm', 'mkdir', 'cat', 'echo', 'printf']) {
      await writeFile(
        join(bin, name),
        `#!/bin/sh\nIFS=' '\nset -f\nprintf '%s\\n' "$0 $*" >>'${folder()}/argv'\nPATH=/usr/bin:/bin exec ${name} "$@"\n`,
      )
      await chmod(join(bin, name), 0o700)
    }
    expect(await hook('{}', {env: {PATH: bin}})).to.deep.equal(SILENT)
    const argv = await readFile(join(folder(), 'argv'), 'utf8')
    expect(argv)
      .to.match(/head -c/)
      .and.not.include('secret')
    expect(await reports()).to.have.length(1)
  })

  it('starts the supervisor at most once in ten seconds', async () => {
    for (let count = 0; count < 3; count++) await hook('{}')
    await eventually(async () => expect(await starts()).to.have.length(1))
    const old = new Date(Date.now() - 11_000)
    await utimes(join(spool(), '.started'), old, old)
    await hook('{}')
    await eventually(async () => expect(await starts()).to.have.length(2))
    expect(await reports()).to.have.length(4)
  })

  it('leaves the start to a command that replaces the supervisor, for a minute', async () => {
    await mkdir(spool(), {recursive: true})
    const mark = join(spool(), '.replaced')
    await writeFile(mark, '')
    expect(await hook('{}')).to.deep.equal(SILENT)
    expect(await readdir(spool())).not.to.include('.started')
    const past = new Date(Date.now() - 61_000)
    await utimes(mark, past, past)
    await hook('{}')
    await eventually(async () => expect(await starts()).to.have.length(1))
    expect(await reports()).to.have.length(2)
  })

  it('does not fail its agent when nobody knows how the supervisor is started', async () => {
    await writeFile(join(folder(), 'bin', 'supervisor.json'), 'torn')
    expect(await hook('{}')).to.deep.equal(SILENT)
    expect(await reports()).to.have.length(1)
  })
})
