import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {expect} from 'chai'
import {ExecaRunner} from '../../src/adapters/process-runner.js'

const NODE = process.execPath
const MB = 1024 * 1024

describe('ExecaRunner', () => {
  const runner = new ExecaRunner()
  const script = (code: string, options = {}) => runner.run(NODE, ['-e', code], options)

  it('tells exit code and both streams of a program', async () => {
    expect(await script('process.stdout.write("out\\n"); process.stderr.write("err\\n"); process.exit(3)')).to.deep.equal({
      exitCode: 3,
      signal: null,
      stdout: 'out\n',
      stderr: 'err\n',
      timedOut: false,
      notStarted: false,
    })
  })

  it('hands argv over as it is, and no shell reads it', async () => {
    const words = ['$(id)', '`id`', 'a b', "it's", '*', '', '; rm -rf /', '\n']
    const {stdout} = await runner.run(NODE, ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...words])
    expect(JSON.parse(stdout)).to.deep.equal(words)
  })

  it('gives the environment it is given, and nothing else', async () => {
    const {stdout} = await script('console.log(JSON.stringify(process.env))', {env: {ONLY: 'this'}})
    expect(Object.keys(JSON.parse(stdout) as object).filter((name) => name !== '__CF_USER_TEXT_ENCODING')).to.deep.equal(['ONLY'])
  })

  it('runs in the folder it is told, and writes the input', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orch-run-'))
    try {
      const {stdout} = await script('console.log(process.cwd()); process.stdin.pipe(process.stdout)', {cwd: folder, input: 'héllo'})
      expect(stdout).to.match(/orch-run-.*\nhéllo$/s)
    } finally {
      await rm(folder, {recursive: true})
    }
  })

  it('says when a program is not there, cannot be run, or its folder is missing', async () => {
    const ended = {exitCode: null, signal: null, notStarted: true, timedOut: false}
    expect(await runner.run('no-such-program-of-ours', [])).to.include(ended)
    const text = join(await mkdtemp(join(tmpdir(), 'orch-run-')), 'text')
    await writeFile(text, 'no program', {mode: 0o600})
    expect(await runner.run(text, [])).to.include(ended)
    await rm(dirname(text), {recursive: true})
    expect(await runner.run(NODE, ['-v'], {cwd: '/no/such/folder'})).to.include(ended)
  })

  it('ends a program that takes too long, though it ignores SIGTERM', async () => {
    const result = await runner.run('sh', ['-c', 'trap "" TERM; echo up; while :; do sleep 0.1; done'], {timeoutMs: 500})
    expect(result).to.include({exitCode: null, timedOut: true, notStarted: false, stdout: 'up\n'})
  })

  it('tells the signal that ended a program', async () => {
    expect(await script('process.kill(process.pid, "SIGKILL")')).to.include({exitCode: null, signal: 'SIGKILL', timedOut: false})
  })

  it('ends a program whose caller goes away', async () => {
    const abort = new AbortController()
    const run = runner.run('sleep', ['60'], {signal: abort.signal})
    abort.abort()
    expect(await run).to.include({exitCode: null, timedOut: false, notStarted: false})
  })

  it('does not wait for a grandchild that holds the pipes of a program that ended', async () => {
    const result = await runner.run('sh', ['-c', 'sleep 60 & echo $!; exit 6'])
    process.kill(Number(result.stdout), 'SIGKILL')
    expect(result).to.include({exitCode: 6, notStarted: false, timedOut: false})
  })

  it('keeps the end of a long output, and lets the program end by itself', async () => {
    const print = 'for (const s of ["stdout", "stderr"]) process[s].write("x".repeat(3 * 1024 * 1024) + s); process.exitCode = 5'
    const result = await script(print, {maxBuffer: MB})
    expect(result.exitCode).to.equal(5)
    expect(result.stdout.length).to.equal(MB)
    expect(result.stdout.endsWith('xstdout')).to.equal(true)
    expect(result.stderr.endsWith('xstderr')).to.equal(true)
  })

  it('keeps 8 MiB without being told', async () => {
    const result = await script('process.stdout.write("x".repeat(9 * 1024 * 1024) + "end")')
    expect(result.exitCode).to.equal(0)
    expect(result.stdout.length).to.equal(8 * MB)
    expect(result.stdout.endsWith('xend')).to.equal(true)
  })

  describe('start', () => {
    it('speaks to a program line by line', async () => {
      const program = runner.start('cat', [])
      const lines: string[] = []
      program.onLine((line) => lines.push(line))
      expect(program.pid).to.be.a('number')
      program.write('one\ntw')
      program.write('o\r\nthree')
      program.end()
      expect(await program.ended).to.include({exitCode: 0})
      expect(lines).to.deep.equal(['one', 'two', 'three'])
    })

    it('makes bytes that are no text visible', async () => {
      const program = runner.start('printf', ['a\\377b\\n'])
      const lines: string[] = []
      program.onLine((line) => lines.push(line))
      await program.ended
      expect(lines).to.deep.equal(['a\ufffdb'])
    })

    it('tells how it ended, and survives writes to a program that has gone', async () => {
      const program = runner.start('sh', ['-c', 'exec 0<&-; exit 4'])
      expect(await program.ended).to.include({exitCode: 4})
      program.write('anybody there?\n')
      const killed = runner.start('sleep', ['60'])
      killed.kill('SIGKILL')
      expect(await killed.ended).to.include({exitCode: null, signal: 'SIGKILL'})
    })

    it('tells that it never started', async () => {
      expect(await runner.start('no-such-program-of-ours', []).ended).to.include({exitCode: null, notStarted: true})
    })
  })
})
