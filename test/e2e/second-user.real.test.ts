import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmodSync, mkdirSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {text} from 'node:stream/consumers'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'
import type {Loot} from '../support/stranger.js'

const STRANGER = fileURLToPath(new URL('../support/stranger.ts', import.meta.url))
/** nobody(5) on Debian; any uid that is not that of the test does. */
const NOBODY = '65534'
const KEY = 'canary-51c2-key'
const IN_SPEC = 'canary-88d0-spec'

describe('another user of the machine, during a whole run', function () {
  this.timeout(180_000)
  // Not below TMPDIR, which may be closed to others.
  const sandbox = new Sandbox({ANTHROPIC_API_KEY: KEY}, '/tmp')
  sandbox.env['TMPDIR'] = sandbox.path('tmp')
  let stranger: ReturnType<typeof attackAs> | undefined

  before(function () {
    // Only root can become another user.
    if (process.platform !== 'linux' || process.getuid!() !== 0) this.skip()
  })
  after(() => {
    stranger?.kill()
    return sandbox.remove()
  })

  it('reads, writes, reaches and ends nothing of it, and the run completes', async () => {
    // The worst case: nothing above the state directory keeps others out, and the home is open as distributions make it.
    chmodSync(sandbox.folder, 0o755)
    chmodSync(sandbox.path('home'), 0o755)
    const temporary = sandbox.path('tmp')
    mkdirSync(temporary)
    chmodSync(temporary, 0o1777)
    const open = sandbox.write('open/to-all.txt', 'The attack must find this one.\n')
    const spec = sandbox.write('open/spec.md', `# A thing\n\nThe password of the test account is ${IN_SPEC}.\n\n- [ ] Do it\n`)
    chmodSync(spec, 0o600)
    const repository = sandbox.repository()
    stranger = attackAs(NOBODY)
    await once(stranger.stdout, 'data')

    const team = ['--agent', 'rehearsal', '--planner', 'outline', '--roles', 'developer', '--accept', 'git --version']
    const run = await sandbox.json<{id: string; state: string}>([
      'run',
      spec,
      '--project',
      repository,
      ...team,
      '--yes',
      '--wait',
      '--timeout',
      '120s',
    ])
    await sandbox.json(['status', '--all'])
    await sandbox.json(['report', run.data.id])
    stranger.stdin.end()
    const loot = JSON.parse(await text(stranger.stdout)) as Loot

    expect(run.data?.state, JSON.stringify(run.error)).to.equal('completed')
    expect(loot.looks).to.be.greaterThan(20)
    const own = loot.readable.filter((path) => !path.startsWith(`${repository}/`))
    expect(own).to.deep.equal([open])
    expect(loot.argv.filter((line) => [KEY, IN_SPEC].some((secret) => line.includes(secret)))).to.deep.equal([])
    expect(loot.argv, 'command lines that the attack saw').to.not.be.empty
    expect({...loot, looks: 0, readable: [], argv: []}).to.deep.equal({
      looks: 0,
      readable: [],
      writable: [temporary],
      connected: [],
      signalled: [],
      environments: [],
      argv: [],
    })
  })

  const attackAs = (uid: string) =>
    spawn(process.execPath, ['--import', 'tsx', STRANGER, sandbox.folder, uid], {stdio: ['pipe', 'pipe', 'inherit']})
})
