import {execFileSync} from 'node:child_process'
import {mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {installAgentPrograms, type AgentPrograms} from '../../src/adapters/agent-programs.js'
import {supervisorArgv} from '../../src/adapters/supervisor-argv.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

describe('installAgentPrograms', () => {
  const temporary = useTemporaryFolder()
  /** A path that a shell would take apart. */
  const root = () => join(temporary(), `it's $HOME \`x\``)
  const folder = () => join(temporary(), 'bin', '1.0.0')

  beforeEach(async () => {
    await mkdir(join(root(), 'bin'), {recursive: true})
    await writeFile(join(root(), 'bin', 'hook.sh'), 'echo "hook $2"')
    await writeFile(join(root(), 'bin', 'alive.sh'), '')
    await writeFile(join(root(), 'bin', 'restart.js'), '')
    await writeFile(join(root(), 'bin', 'own-file.js'), '')
    await writeFile(join(root(), 'bin', 'start.js'), '')
    await writeFile(join(root(), 'bin', 'watchdog.sh'), '')
    await writeFile(join(root(), 'bin', 'run.js'), 'console.log(JSON.stringify(process.argv.slice(2)))')
  })

  it('gives agents an orch of their own, wherever orch is installed', async () => {
    const {path} = await installAgentPrograms(folder(), root(), {}, temporary())
    const said = execFileSync(join(path, 'orch'), ['send', 'tester', 'a  b', '$(id)'], {encoding: 'utf8'})
    expect(JSON.parse(said)).to.deep.equal(['send', 'tester', 'a  b', '$(id)'])
    expect((await stat(join(path, 'orch'))).mode & 0o777).to.equal(0o700)
  })

  it('gives them a hook that outlives an upgrade', async () => {
    const {hookCommand} = await installAgentPrograms(folder(), root(), {}, temporary())
    await writeFile(join(root(), 'bin', 'hook.sh'), 'exit 1')
    const [program, ...args] = hookCommand
    expect(execFileSync(program!, [...args, 'Stop'], {encoding: 'utf8'})).to.equal('hook Stop\n')
  })

  it('tells the hook how the supervisor is started, privately', async () => {
    await installAgentPrograms(folder(), root(), {ORCH_DATA_DIR: '/d', PATH: '/bin'}, '/d')
    const file = join(folder(), 'supervisor.json')
    expect(JSON.parse(await readFile(file, 'utf8'))).to.deep.equal({
      argv: supervisorArgv(root()),
      env: {ORCH_DATA_DIR: '/d', PATH: '/bin'},
    })
    expect((await stat(file)).mode & 0o777).to.equal(0o600)
  })

  it('can be done again over itself', async () => {
    const first = await installAgentPrograms(folder(), root(), {}, temporary())
    const again = await installAgentPrograms(folder(), root(), {}, temporary())
    expect(pick(again)).to.deep.equal(pick(first))
  })

  it('writes nothing where all is the same already, so that a supervisor starts on a full disk', async () => {
    await installAgentPrograms(folder(), root(), {}, temporary())
    const before = await stat(join(folder(), 'hook.sh'))
    await installAgentPrograms(folder(), root(), {}, temporary())
    expect((await stat(join(folder(), 'hook.sh'))).ino).to.equal(before.ino)
  })

  for (const [what, damage] of [
    ['removed', (path: string) => rm(path)],
    ['emptied', (path: string) => writeFile(path, '')],
    ['replaced by a folder', (path: string) => rm(path).then(() => mkdir(path))],
    ['gone with its folder', () => rm(folder(), {recursive: true})],
  ] as const) {
    it(`finds that a program is ${what}, and makes it again`, async () => {
      const programs = await installAgentPrograms(folder(), root(), {}, temporary())
      expect(await programs.isIntact()).to.equal(true)
      await damage(join(folder(), 'hook.sh'))
      expect(await programs.isIntact()).to.equal(false)
      await programs.restore()
      expect(await programs.isIntact()).to.equal(true)
      expect(await readFile(join(folder(), 'hook.sh'), 'utf8')).to.equal(await readFile(join(root(), 'bin', 'hook.sh'), 'utf8'))
    })
  }
})

function pick({path, hookCommand, mcpCommand, watchdog}: AgentPrograms): object {
  return {path, hookCommand, mcpCommand, watchdog}
}
