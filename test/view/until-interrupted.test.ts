import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {expect} from 'chai'
import {ROOT} from '../support/sandbox.js'

/** Ends the process where nobody else listens, as signal-exit does, which a live block brings with it. */
const PROGRAM = `
  import {untilInterrupted} from ${JSON.stringify(pathToFileURL(join(ROOT, 'dist/view/until-interrupted.js')).href)}
  const {signal} = untilInterrupted()
  const others = () => process.listeners('SIGINT').filter((listener) => listener !== end)
  const end = () => others().length === 0 && (process.removeListener('SIGINT', end), process.kill(process.pid, 'SIGINT'))
  process.on('SIGINT', end)
  signal.addEventListener('abort', () => setTimeout(() => console.log('detached'), 20))
  setInterval(() => undefined, 1_000)
  console.log('ready')
`

describe('untilInterrupted', () => {
  it('lets the command say its last words at the first Ctrl-C, and ends it at the second', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', PROGRAM], {stdio: ['ignore', 'pipe', 'inherit']})
    const ended = once(child, 'exit')
    const said: string[] = []
    for await (const chunk of child.stdout) {
      said.push(String(chunk).trim())
      child.kill('SIGINT')
    }
    expect(said).to.deep.equal(['ready', 'detached'])
    expect(await ended).to.deep.equal([null, 'SIGINT'])
  })
})
