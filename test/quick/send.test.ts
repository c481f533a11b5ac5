import {mkdtempSync, rmSync} from 'node:fs'
import {createServer, type Server} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import {recordLoaded} from '../../src/adapters/loaded-files.js'
import {runQuickly} from '../../src/quick/index.js'

/** With a supervisor that takes everything, so that what is left to the command is left for its own sake. */
describe('orch send without oclif', () => {
  let data: string
  let supervisor: Server
  let calls: Record<string, unknown>[]
  const send = (...argv: string[]) => runQuickly(argv, '/an/orch', {ORCH_DATA_DIR: data})

  beforeEach(async () => {
    data = mkdtempSync(join(tmpdir(), 'orch-quick-'))
    calls = []
    supervisor = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        const {['x-orch-version']: version, ['x-orch-plugins']: plugins} = request.headers
        calls.push({url: request.url, version, plugins, ...(JSON.parse(body) as object)})
        response.setHeader('x-orch-state', encodeURIComponent(data)).end('{"data": []}')
      })
    })
    await new Promise<void>((resolve) => supervisor.listen(join(data, 'orch.sock'), resolve))
    await recordLoaded(data, {root: '/an/orch', version: '1.2.3', plugins: 'abc'}, {paths: [], folders: []})
  })
  afterEach(async () => {
    await new Promise((resolve) => supervisor.close(resolve))
    rmSync(data, {recursive: true})
  })

  it('makes the call that the command makes', async () => {
    expect(await send('send', 'a,b', '--priority', 'low', 'two', 'words', '--reply-to=m_1', '--project', 'p', '--command')).to.equal(true)
    const [{id, ...call}] = calls as [Record<string, unknown>]
    expect(id).to.match(/^m_[0-9a-z]+$/)
    expect(call).to.deep.equal({
      url: '/v1/message.send',
      version: '1.2.3',
      plugins: 'abc',
      to: 'a,b',
      text: 'two words',
      priority: 'low',
      kind: 'command',
      project: 'p',
      replyTo: 'm_1',
      waitMs: 0,
    })
  })

  it('takes words that look like flags, behind --', async () => {
    expect(await send('send', 'a', '--', '--help', '-')).to.equal(true)
    expect(calls[0]).to.include({text: '--help -', priority: 'normal'})
  })

  for (const [what, argv] of Object.entries({
    'another command': ['report', 'a', 'text'],
    'a second project': ['status', 'a', 'b'],
    'following the status': ['status', '--watch'],
    'a message given twice': ['done', 'it is', '--message', 'done'],
    'no text': ['send', 'a'],
    nobody: ['send'],
    'standard input': ['send', 'a', '-'],
    help: ['send', 'a', 'text', '--help'],
    waiting: ['send', 'a', 'text', '--wait'],
    'a file': ['send', 'a', '--file', 'x'],
    'a time': ['send', 'a', 'text', '--expires', '5m'],
    'an unknown priority': ['send', 'a', 'text', '--priority', 'lowest'],
    'a flag without its value': ['send', 'a', 'text', '--project'],
    'a typo': ['send', 'a', 'text', '--prority', 'low'],
  }))
    it(`leaves ${what} to the command`, async () => {
      expect(await send(...argv)).to.equal(false)
      expect(calls).to.deep.equal([])
    })

  it('leaves it to the command when nothing says that the plugins are what they were', async () => {
    rmSync(join(data, 'loaded.json'))
    expect(await send('send', 'a', 'text')).to.equal(false)
  })
})
