import {expect} from 'chai'
import {hasCode} from '@orch/plugin-kit'
import {checkCommand, commandWords} from '../src/pane-command.js'

describe('commandWords', () => {
  it('has variables by -e, two words or more, and takes out what tmux adds', () => {
    const words = commandWords({argv: ['claude', '--x'], cwd: '/a#(b)', env: {TOKEN: 'secret', PATH: '/bin', TMUX: 'other'}})
    expect(words).to.deep.equal([
      ...['-c', '/a##(b)', '-e', 'TOKEN=secret', '-e', 'PATH=/bin', '--', '/usr/bin/env'],
      ...['TMUX', 'TMUX_PANE', 'COLORTERM', 'PWD', 'SHELL', 'TERM_PROGRAM', 'TERM_PROGRAM_VERSION'].flatMap((name) => ['-u', name]),
      ...['--', 'PATH=/bin', 'claude', '--x'],
    ])
  })

  it('shields a program that env would take for a variable', () => {
    expect(commandWords({argv: ['/a=b/c', 'd'], cwd: '/', env: {}}).slice(-6)).to.deep.equal(['nice', '-n', '0', '--', '/a=b/c', 'd'])
  })
})

describe('checkCommand', () => {
  const good = {argv: ['cat'], cwd: '/', env: {}}
  const refused = async (change: object) => {
    const failure: unknown = await checkCommand({...good, ...change}).catch((error: unknown) => error)
    return hasCode(failure, 'ORCH_REFUSED') ? failure.message : failure
  }

  it('lets a good one pass, up to 12 KB', async () => {
    await checkCommand({...good, argv: ['cat', 'x'.repeat(12 * 1024 - 5)]})
    expect(await refused({argv: ['cat', 'x'.repeat(12 * 1024 - 4)]})).to.contain('12289 bytes')
    expect(await refused({env: {A: 'é'.repeat(6 * 1024)}})).to.contain('bytes')
  })

  it('refuses what tmux would do otherwise', async () => {
    expect(await refused({argv: []})).to.contain('no program')
    expect(await refused({argv: ['cat', 'a\0b']})).to.contain('NUL')
    expect(await refused({env: {'A=B': 'c'}})).to.contain('"A=B"')
    expect(await refused({env: {'': 'c'}})).to.contain('""')
    for (const cwd of ['/nonexistent', '.', '/etc/passwd', '']) expect(await refused({cwd}), cwd).to.contain('no folder')
  })
})
