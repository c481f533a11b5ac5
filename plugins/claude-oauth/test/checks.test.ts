import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect} from 'chai'
import type {PortLease} from '@orch/plugin-kit'
import {oauthChecks} from '../src/checks.js'
import type {OauthParts} from '../src/compose.js'
import {ProcHolderFinder} from '../src/port/holder.js'
import {settingsOf} from '../src/settings.js'

const LISTENER = {address: '127.0.0.1', inode: '1', pid: null}

function run(over: {busy?: boolean; lease?: PortLease; alive?: boolean; broken?: boolean}) {
  const parts = {
    settings: () => settingsOf({ports: [3000]}),
    observer: {
      listeners: async () => {
        if (over.broken) throw new Error('EACCES')
        return over.busy ? [LISTENER] : []
      },
    },
    holders: {find: async () => ({pid: 7, command: 'npm run dev', cwd: '/srv/app'})},
    ledger: {
      history: async (port: number) => ({port, killedAt: null, exitedAt: null, lease: over.lease ?? null}),
      holderAlive: async () => over.alive ?? null,
    },
  } as unknown as Omit<OauthParts, 'service'>
  return oauthChecks(parts)[0]!.run()
}

describe('checks of the oauth port', () => {
  it('are well when the port is free and nobody has a lease', async () => {
    expect((await run({})).map(({verdict}) => verdict)).to.deep.equal(['ok', 'ok'])
  })

  it('name the holder of a port, and fail when it cannot be seen', async () => {
    const [port] = await run({busy: true})
    expect(port).to.include({verdict: 'note'})
    expect(port!.what).to.include('npm run dev').and.include('pid 7').and.include('/srv/app')
    expect((await run({broken: true}))[0]).to.include({verdict: 'failed'})
  })

  it('name a lease whose supervisor has ended, and no other', async () => {
    const lease = {run: 'r_1', agent: 'a_1', takenAt: 0}
    expect((await run({lease, alive: true}))[1]).to.include({verdict: 'ok'})
    const [, ledger] = await run({lease, alive: false})
    expect(ledger).to.include({verdict: 'note'}).and.have.property('what').that.includes('a_1')
  })
})

describe('the check of MCP servers', () => {
  const check = async (content: string | null) => {
    const home = await mkdtemp(join(tmpdir(), 'orch-checks-'))
    try {
      if (content !== null) await writeFile(join(home, '.claude.json'), content)
      return (await oauthChecks({} as never, {HOME: home})[1]!.run())[0]!
    } finally {
      await rm(home, {recursive: true})
    }
  }

  it('names the person’s own, and those nobody could start', async () => {
    expect(await check(null)).to.include({verdict: 'ok'})
    expect(await check('{"mcpServers": {"mine": {"command": "x"}}}')).to.deep.include({
      verdict: 'ok',
      what: 'mine (asked before each start)',
    })
    const broken = await check('{"mcpServers": {"mine": {"args": []}, "key": {"command": "x", "env": {"K": "${NOT_SET}"}}}}')
    expect(broken.verdict).to.equal('note')
    expect(broken.what).to.include('mine has neither a command').and.include('key needs NOT_SET')
    expect(await check('{')).to.include({verdict: 'failed'})
  })
})

describe('ProcHolderFinder', () => {
  it('knows nobody for a socket of another user, or one that is gone', async function () {
    if (process.platform !== 'linux') this.skip()
    expect(await new ProcHolderFinder().find([{...LISTENER, inode: '999999999999'}])).to.deep.equal({
      pid: null,
      command: null,
      cwd: null,
      run: null,
    })
  })
})
