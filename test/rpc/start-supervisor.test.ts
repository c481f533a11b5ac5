import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {statePaths} from '../../src/adapters/paths.js'
import {startSupervisor} from '../../src/rpc/start-supervisor.js'
import {eventually} from '../contract/eventually.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('startSupervisor', () => {
  const folder = useTemporaryFolder()
  const data = () => join(folder(), 'data')
  const paths = () => statePaths(data(), '1.0.0', {HOME: folder()})

  /** Starts a program in the place of orch. @param source CommonJS; `say` prints an object on one line */
  async function start(source: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
    await mkdir(join(folder(), 'bin'), {recursive: true})
    const say = 'const say = (object) => process.stdout.write(JSON.stringify(object) + "\\n");'
    await writeFile(join(folder(), 'bin', 'run.js'), `${say}\n${source}`)
    await startSupervisor({root: folder(), data: data(), env: {PATH: process.env['PATH'], HOME: folder(), ...env}, paths: paths()})
  }

  it('waits until it is ready, then lets it live', async () => {
    const seen = join(folder(), 'seen')
    await start(
      `
      say({ready: true, pid: process.pid})
      setTimeout(() => require('node:fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify({argv: process.argv.slice(2), cwd: process.cwd(), env: process.env})), 20)
    `,
      {ORCH_TOKEN: 'of an agent', SECRET: 'x', LANG: 'C'},
    )
    await eventually(async () => {
      const {argv, cwd, env} = JSON.parse(await readFile(seen, 'utf8')) as {argv: string[]; cwd: string; env: Record<string, string>}
      expect(argv).to.deep.equal(['daemon', 'run', '--json'])
      expect(cwd).to.equal('/')
      expect(env).to.include({ORCH_DATA_DIR: data(), LANG: 'C'})
      expect(env).not.to.have.any.keys('ORCH_TOKEN', 'SECRET')
    })
  })

  it('fails with what the supervisor refused with', async () => {
    const error = {code: 'ORCH_STATE', message: '', remedy: '', exit: 78, details: {path: '/p', why: 'newer', remedy: 'r'}}
    expect((await refusal('ORCH_STATE', start(`say({error: ${JSON.stringify(error)}})`))).message).to.include('newer')
  })

  it('names the log of one that said nothing', async () => {
    const error = await refusal('ORCH_SUPERVISOR', start('process.stderr.write("cannot find module"); process.exit(1)'))
    const log = /Its log: (\S+)\. /.exec(error.remedy)![1]!
    expect(await readFile(log, 'utf8')).to.include('cannot find module')
  })

  it('starts another for one that is killed on its way up, and gives up when that goes on', async () => {
    const times = join(folder(), 'times')
    const count = `const fs = require('node:fs'); fs.appendFileSync(${JSON.stringify(times)}, 'x')\n`
    const die = `process.kill(process.pid, 'SIGKILL')`
    await start(`${count} if (fs.readFileSync(${JSON.stringify(times)}, 'utf8').length < 4) ${die}\n else say({ready: true})`)
    expect(await readFile(times, 'utf8')).to.equal('xxxx')
    const error = await refusal('ORCH_SUPERVISOR', start(`${count} ${die}`))
    expect(error.message).to.include('SIGKILL')
    expect(await readFile(times, 'utf8')).to.equal('x'.repeat(14))
  })

  it('gives one started from inside an agent the environment of the last supervisor', async () => {
    const seen = join(folder(), 'seen')
    await mkdir(paths().bin, {recursive: true})
    await writeFile(
      join(paths().bin, 'supervisor.json'),
      JSON.stringify({argv: [], env: {PATH: process.env['PATH'], HOME: '/of/the/person'}}),
    )
    await start(`require('node:fs').writeFileSync(${JSON.stringify(seen)}, process.env.HOME); say({ready: true})`, {
      ORCH_AGENT: 'a_1',
      HOME: '/of/the/agent',
    })
    await eventually(async () => expect(await readFile(seen, 'utf8')).to.equal('/of/the/person'))
  })
})
