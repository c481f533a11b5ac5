import {execFile} from 'node:child_process'
import {createServer, connect, type Server, type Socket} from 'node:net'
import type {AddressInfo} from 'node:net'
import {once} from 'node:events'
import {expect} from 'chai'
import {FakeRunner} from '@orch/plugin-kit/testing'
import type {ProcessRunner} from '@orch/plugin-kit'
import {LsofHolderFinder, ProcHolderFinder} from '../../src/port/holder.js'
import {LsofPortObserver, ProcPortObserver} from '../../src/port/listeners.js'

const runner: Pick<ProcessRunner, 'run'> = {
  run: (file, args) =>
    new Promise((resolve) => {
      execFile(file, [...args], (error, stdout, stderr) => {
        const code = error ? (typeof error.code === 'number' ? error.code : null) : 0
        const notStarted = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT'
        resolve({exitCode: code, signal: null, stdout, stderr, timedOut: false, notStarted})
      })
    }),
}

for (const [name, observer, holders, needs] of [
  ['/proc', new ProcPortObserver(), new ProcHolderFinder(), null],
  ['lsof', new LsofPortObserver(runner as ProcessRunner), new LsofHolderFinder(runner as ProcessRunner), 'lsof'],
] as const) {
  describe(`port observation with ${name}`, () => {
    const open: (Server | Socket)[] = []
    before(async function () {
      if (process.platform !== 'linux' && !needs) this.skip()
      if (needs && (await runner.run(needs, ['-v'])).notStarted) this.skip()
    })
    afterEach(() => {
      for (const one of open.splice(0))
        if ('destroy' in one) one.destroy()
        else one.close()
    })
    const listen = async (host: string): Promise<number> => {
      const server = createServer().listen(0, host)
      open.push(server)
      await once(server, 'listening')
      return (server.address() as AddressInfo).port
    }

    for (const host of ['127.0.0.1', '0.0.0.0', '::1', '::', '127.0.0.2']) {
      it(`sees a listener on ${host} and names its process`, async () => {
        const port = await listen(host)
        const listeners = await observer.listeners(port)
        expect(listeners).to.have.length(1)
        const holder = await holders.find(listeners)
        expect(holder).to.include({pid: process.pid, cwd: process.cwd()})
        expect(holder.command).to.include('node')
      })
    }

    it('takes a connection from a port for no listener', async () => {
      const port = await listen('127.0.0.1')
      const client = connect(port, '127.0.0.1')
      open.push(client)
      await once(client, 'connect')
      expect(await observer.listeners(client.localPort!)).to.deep.equal([])
    })

    it('sees a port that was closed as free', async () => {
      const port = await listen('127.0.0.1')
      const server = open.pop() as Server
      server.close()
      await once(server, 'close')
      expect(await observer.listeners(port)).to.deep.equal([])
    })
  })
}

describe('port observation with lsof', () => {
  const failing = async (answer: object) => {
    try {
      await new LsofPortObserver(new FakeRunner().on(['lsof'], answer)).listeners(3000)
    } catch (error) {
      return (error as Error).message
    }
    return null
  }

  it('does not take a lsof that is missing, hangs or fails for a free port', async () => {
    expect(await failing({exitCode: null, notStarted: true})).to.include('not installed')
    expect(await failing({exitCode: null, timedOut: true})).to.include('did not answer')
    expect(await failing({exitCode: 1, stderr: 'lsof: permission denied'})).to.include('permission denied')
    expect(await failing({exitCode: 1})).to.equal(null)
  })
})
