import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {chmod, chown, mkdir, readdir, stat} from 'node:fs/promises'
import {createServer, type Server} from 'node:net'
import {dirname, join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect} from 'chai'
import {statePaths} from '../../src/adapters/paths.js'
import {connect} from '../../src/rpc/client.js'
import {refusal} from '../support/failure.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const HOOK = fileURLToPath(new URL('../../bin/hook.sh', import.meta.url))
const SECRET = 'sk-canary-of-the-person'
const MALLORY = 54_321

describe('hostile sockets', () => {
  const folder = useTemporaryFolder()
  const data = () => join(folder(), 'd'.repeat(110))
  const env = () => ({HOME: join(folder(), 'h'), XDG_RUNTIME_DIR: join(folder(), 'r')})
  const socket = () => statePaths(data(), '1.0.0', env()).socket
  let heard = ''
  let server: Server | undefined

  /** Another user was first, and listens where the supervisor's socket belongs. */
  async function impostor(): Promise<void> {
    heard = ''
    server = createServer((connection) => connection.on('data', (bytes) => (heard += String(bytes))))
    await once(server.listen(socket()), 'listening')
  }

  const plan = () =>
    refusal(
      'ORCH_STATE',
      connect({root: folder(), dataDir: data(), version: '1.0.0', env: env()}).call('project.plan', {env: {ANTHROPIC_API_KEY: SECRET}}),
    )

  beforeEach(async () => {
    await mkdir(data(), {mode: 0o700})
    await mkdir(dirname(socket()), {recursive: true, mode: 0o700})
  })

  afterEach(async () => {
    if (server?.listening) await new Promise((resolve) => server!.close(resolve))
  })

  it('get no secret of a command when the folder of the socket is open to others', async () => {
    await impostor()
    await chmod(dirname(socket()), 0o777)
    expect((await plan()).message).to.include(dirname(socket()))
    expect(heard).to.equal('')
  })

  it('get no secret of a command when the folder of the socket is of another user', async function () {
    if (process.getuid?.() !== 0) return this.skip()
    await impostor()
    await chown(dirname(socket()), MALLORY, MALLORY)
    expect((await plan()).message).to.include(`user ${MALLORY}`)
    expect(heard).to.equal('')
  })

  it('get no secret of a command when the socket itself is of another user', async function () {
    if (process.getuid?.() !== 0) return this.skip()
    await impostor()
    await chown(socket(), MALLORY, MALLORY)
    expect((await plan()).message).to.include(`user ${MALLORY}`)
    expect(heard).to.equal('')
  })

  it('are never looked for below the folder of temporary files, which others can fill first', () => {
    for (const {HOME, XDG_RUNTIME_DIR} of [env(), {HOME: '/home/ada', XDG_RUNTIME_DIR: undefined}])
      expect(statePaths(`/${'d'.repeat(120)}`, '1.0.0', {HOME, XDG_RUNTIME_DIR, TMPDIR: '/t'}).socket).to.match(
        HOME === '/home/ada' ? /^\/home\/ada\/\.orch\// : /\/r\/orch\//,
      )
  })

  it('get no token of an agent’s hook, which sends nothing to a socket', async () => {
    await impostor()
    const run = {ORCH_SOCKET: socket(), ORCH_STATE: data(), ORCH_PROJECT: 'p', ORCH_AGENT: 'a', ORCH_RUN: 'r', ORCH_TOKEN: SECRET}
    const hook = spawn('/bin/sh', [HOOK, process.execPath, 'Stop'], {
      env: {PATH: process.env['PATH'], ...run},
      stdio: ['pipe', 'inherit', 'inherit'],
    })
    hook.stdin.end('{}')
    expect((await once(hook, 'exit'))[0]).to.equal(0)
    expect(heard).to.equal('')
    const [name, ...others] = (await readdir(join(data(), 'spool'))).filter((name) => name.endsWith('.report'))
    expect(others).to.deep.equal([])
    expect((await stat(join(data(), 'spool', name!))).mode & 0o777).to.equal(0o600)
  })
})
