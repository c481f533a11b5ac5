import {spawnSync} from 'node:child_process'
import {cp, mkdir, readFile} from 'node:fs/promises'
import path from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {REJECTED} from '../src/words.js'
import {Stand} from './support/stand.js'

const EXAMPLE = fileURLToPath(new URL('../../../examples/quickstart/', import.meta.url))

describe('the quickstart example', function () {
  this.timeout(60_000)
  let stand: Stand

  beforeEach(async () => {
    stand = await Stand.make()
    await cp(path.join(EXAMPLE, 'repository'), stand.worktree, {recursive: true})
    stand.git('add', '-A')
    stand.git('commit', '-q', '-m', 'seed')
  })

  afterEach(async () => {
    await stand.destroy()
  })

  const acceptance = async () => {
    const env = {...process.env}
    delete env['NODE_TEST_CONTEXT']
    const command = /## Acceptance test\n\n```sh\n(.+)\n```/.exec(await readFile(path.join(EXAMPLE, 'spec.md'), 'utf8'))![1]!.split(' ')
    return spawnSync(command[0]!, command.slice(1), {cwd: stand.worktree, env, encoding: 'utf8'}).status
  }
  /** Plays a role on a branch of its own: its first turn, then one with a message. */
  const play = async (role: string, message: string, between?: () => void) => {
    stand.git('checkout', '-q', '-b', role, 'main')
    const directory = path.join(stand.folder, role)
    await mkdir(directory)
    const before = (await stand.hooks()).filter(({event}) => event === 'Stop').length
    await stand.start({agent: {id: role, role, title: role}, directory, options: {scripts: path.join(EXAMPLE, 'scripts')}})
    await stand.hook('Stop', before + 1)
    between?.()
    await stand.tmux.paste(message)
    await stand.tmux.keys('Enter')
    await stand.hook('Stop', before + 2)
    await stand.tmux.destroy()
  }

  it('is accepted only when the work of developer and tester is merged; the first claim leaves a file uncommitted', async () => {
    expect(await acceptance(), 'the seed').to.equal(1)
    await play('developer', `[orch m_1 from orch] ${REJECTED} 1 paths are not committed: bin/slugify.js`, () => {
      expect(stand.git('status', '--porcelain').trim(), 'what orch has to notice').to.equal('?? bin/')
    })
    expect(stand.git('status', '--porcelain')).to.equal('')
    const calls = await stand.calls()
    expect(calls.filter(([command]) => command === 'done')).to.have.length(2)
    const letter = calls.find((call) => call[0] === 'send' && call[1] === 'tester')![2]!

    await play('tester', `[orch m_2 from developer] ${letter}`)
    expect(await acceptance(), 'the tests alone').to.equal(1)
    stand.git('checkout', '-q', 'developer')
    expect(await acceptance(), 'the code alone').to.equal(1)
    stand.git('checkout', '-q', 'main')
    stand.git('merge', '-q', '--no-edit', 'developer')
    stand.git('merge', '-q', '--no-edit', 'tester')
    expect(await acceptance(), 'both').to.equal(0)
    expect((await stand.calls()).some((call) => call[0] === 'fail')).to.equal(false)
  })
})
