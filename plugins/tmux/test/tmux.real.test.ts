import {expect} from 'chai'
import {chmod, mkdir, readFile, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {hasCode, type PaneCommand, type PaneExit} from '@orch/plugin-kit'
import {eventually} from '../../../test/contract/eventually.js'
import {SystemClock} from '../../../src/adapters/system-clock.js'
import type {TmuxTerminal} from '../src/tmux-terminal.js'
import {TestServer} from './support/tmux-server.js'

const ENV = {PATH: '/usr/local/bin:/usr/bin:/bin'}

describe('TmuxTerminal on real tmux', () => {
  let server: TestServer
  let terminal: TmuxTerminal

  beforeEach(async () => {
    server = await TestServer.make()
    terminal = server.terminal()
  })
  afterEach(() => server.dispose())

  const command = (...argv: string[]): PaneCommand => ({argv, cwd: server.folder, env: ENV})
  const start = (...argv: string[]) => terminal.createSession({name: 'team', windowName: 'agent', command: command(...argv)})
  const failure = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    )

  describe('a pane that prints what a terminal would act on', () => {
    /** OSC 52 (clipboard) of 2 MB, titles, a hyperlink, device requests, bells, and C1 forms of the same. */
    const HOSTILE = [
      "process.stdout.write('before\\n')",
      "process.stdout.write('\\x1b]52;c;' + 'QUJD'.repeat(500000) + '\\x07')",
      "process.stdout.write('\\x1b]0;stolen title\\x07\\x1bkstolen name\\x1b\\\\\\x1b]8;;http://stolen\\x07link\\x1b]8;;\\x07')",
      "process.stdout.write('\\x9d52;c;QUJD\\x9c\\x9b6n\\x1b[c\\x1b[?1000h\\x07')",
      "process.stdout.write('\\nafter\\n')",
      'setInterval(() => {}, 1000)',
    ].join(';')

    it('shows its text alone, and neither the clipboard nor the names of orch take anything from it', async () => {
      const {pane} = await start(process.execPath, '-e', HOSTILE)
      await eventually(async () => expect(await terminal.capture(pane)).to.include('after'))
      const screen = await terminal.capture(pane, 500)
      expect(screen).to.match(/^before\n/)
      // Of what takes a terminal’s place (C0 and C1), only line ends are left.
      expect(screen.replace(/\n/g, '')).to.not.match(/\p{Cc}/u)
      expect(await server.tmux('list-buffers')).to.equal('')
      const [state] = await terminal.panes()
      expect(state).to.include({windowName: 'agent', sessionName: 'team'})
    })
  })

  describe('pasting into a dying pane', () => {
    const deadPane = async () => {
      const {session} = await start('cat')
      const {pane} = await terminal.createWindow({session, windowName: 'w', command: command('sh', '-c', 'exit 0')})
      await eventually(async () => expect((await terminal.panes()).find((state) => state.pane === pane)?.dead).to.equal(true))
      return pane
    }

    it('kills the server of tmux 3.3a when unguarded', async function () {
      const version = await terminal.version()
      if (!version.startsWith('tmux 3.3a')) {
        console.log(`      skipped: ${version} is not the tmux 3.3a that crashes`)
        this.skip()
      }
      const pane = await deadPane()
      let lost = false
      terminal.onServerLost(() => (lost = true))
      await server.tmux('set-buffer', '-b', 'x', 'text', ';', 'paste-buffer', '-p', '-d', '-b', 'x', '-t', pane)
      await eventually(() => expect(lost).to.equal(true))
    })

    it('does nothing when guarded, over the connection and without it', async () => {
      const pane = await deadPane()
      const pid = await server.pid()
      expect(await terminal.paste(pane, 'text')).to.equal('dead')
      const single = server.terminal()
      expect(await single.paste(pane, 'text')).to.equal('dead')
      expect(await single.typeText(pane, 'text')).to.equal('dead')
      expect(await server.pid()).to.equal(pid)
      expect(await server.tmux('list-buffers')).to.equal('')
    })

    it('is safe for thirty panes that die while they are pasted into', async () => {
      const exits: PaneExit[] = []
      terminal.onExit((exit) => exits.push(exit))
      const {session} = await start('cat')
      const pid = await server.pid()
      const panes: string[] = []
      for (let n = 0; n < 30; n++) {
        const argv = ['sh', '-c', `sleep 0.${String(n % 10)}${String(n % 7)}; exit ${n}`]
        panes.push((await terminal.createWindow({session, windowName: 'w', command: command(...argv)})).pane)
      }
      const single = server.terminal()
      const outcomes = await Promise.all(
        panes.map(async (pane, n) => {
          const seen: string[] = []
          while (!seen.includes('dead') && seen.length < 5000) seen.push(await (n % 6 === 0 ? single : terminal).paste(pane, `text ${n}`))
          return seen
        }),
      )
      expect(new Set(outcomes.flat())).to.deep.equal(new Set(['sent', 'dead']))
      await eventually(() => expect(exits).to.have.length(30))
      const codes = new Map(exits.map(({pane, exit}) => [pane, exit.code]))
      expect(panes.map((pane) => codes.get(pane))).to.deep.equal([...panes.keys()])
      expect(await server.pid()).to.equal(pid)
    })
  })

  it('keeps a paste inside its brackets', async () => {
    const file = join(server.folder, 'bytes')
    const script = `printf '\\033[?2004h'; stty raw -echo; printf ready; head -c 33 > ${file}; stty sane`
    const {pane} = await start('sh', '-c', script)
    await eventually(async () => expect(await terminal.capture(pane)).to.contain('ready'))
    expect(await terminal.paste(pane, 'one\n\ttwo\u001b[201~rm')).to.equal('sent')
    await terminal.typeText(pane, '........')
    await eventually(async () => expect((await readFile(file)).length).to.equal(33))
    expect(await readFile(file, 'latin1')).to.equal('\u001b[200~one\r\ttwo^[[201~rm\u001b[201~....')
  })

  describe('a person', () => {
    const visit = (columns: number, rows: number, argv: readonly string[]) => {
      const attach = argv.map((word) => `'${word}'`).join(' ')
      const script = `stty cols ${columns} rows ${rows}; exec ${attach}`
      return server.processes.start('script', ['-qfc', script, '/dev/null'], {env: {...server.environment, TERM: 'xterm'}})
    }

    it('attaches by the words given, is seen, and changes no size and runs no name', async () => {
      const odd = '#(touch x) #{pid}'
      const {session, window, pane} = await terminal.createSession({name: odd, windowName: odd, command: command('cat')})
      expect(await terminal.lastClientActivity(window)).to.equal(null)
      const person = visit(70, 20, terminal.attachCommand(session, window))
      let screen = ''
      person.onLine((line) => (screen += line))
      await eventually(async () => expect(await terminal.lastClientActivity(window)).to.be.a('number'))
      expect(Math.abs((await terminal.lastClientActivity(window))! - Date.now())).to.be.below(60_000)
      const second = await terminal.createWindow({session, windowName: 'second', command: command('cat')})
      expect(await terminal.lastClientActivity(second.window)).to.equal(null)
      for (const state of await terminal.panes()) expect(state, state.pane).to.include({columns: 200, rows: 50})
      expect((await terminal.panes()).map((state) => state.pane)).to.have.members([pane, second.pane])
      await eventually(() => expect(screen).to.contain(odd))
      expect(await readdir(server.folder)).to.deep.equal([])
      person.kill('SIGKILL')
      await person.ended
      await eventually(async () => expect(await terminal.lastClientActivity(window)).to.equal(null))
    })

    it('has a tmux.conf and sessions that are neither read nor touched', async () => {
      const home = server.environment['HOME']!
      const conf = [
        'set -g base-index 7',
        'set -g prefix C-a',
        'set -g default-command "echo USER"',
        'set -g remain-on-exit off',
        'new-session -d -s intruder',
      ]
      await writeFile(join(home, '.tmux.conf'), conf.join('\n'))
      await mkdir(join(home, '.config/tmux'), {recursive: true})
      await writeFile(join(home, '.config/tmux/tmux.conf'), conf.join('\n'))
      const {pane} = await start('sh', '-c', 'exit 3')
      await eventually(async () => expect((await terminal.panes()).map(({exit}) => exit?.code)).to.deep.equal([3]))
      expect(await server.tmux('show-options', '-gv', 'base-index')).to.equal('0')
      expect(await server.tmux('list-sessions', '-F', '#{session_name}')).to.equal('orch-keeper\nteam')
      await terminal.respawn(pane, command('cat'))
      const sockets = await readdir(join(server.root, `tmux-${process.getuid!()}`))
      expect(sockets).to.deep.equal([terminal.socket])
    })
  })

  it('lets nothing of the host into a pane, and keeps no log of commands', async () => {
    const secret = {...ENV, TOKEN: 'secret'}
    const {session} = await terminal.createSession({name: 's', windowName: 'w', command: {...command('cat'), env: secret}})
    expect(await server.tmux('show-environment', '-g')).to.equal('')
    expect(await server.tmux('show-environment', '-t', session)).to.equal('')
    expect(await server.tmux('show-messages', '-t', session)).not.to.contain('secret')
  })

  it('runs a program whose path has a `=`, without a shell', async () => {
    const program = join(server.folder, 'a=b $(touch x)')
    // It stays: once, on a busy machine, the screen of a program that ended at once stayed empty.
    await writeFile(program, '#!/bin/sh\necho "got $1"\nread -r _\n')
    await chmod(program, 0o755)
    const {pane} = await start(program, '$HOME; `x`')
    await eventually(async () => expect(await terminal.capture(pane)).to.equal('got $HOME; `x`'))
  })

  it('keeps its settings in a private file and does not depend on its name', async () => {
    const directory = join(server.root, 'a [b] #(touch x) \'c\' "d"')
    const odd = server.terminal({directory})
    await odd.createSession({name: 's', windowName: 'w', command: command('sh', '-c', 'exit 3')})
    await eventually(async () => expect((await odd.panes()).map(({exit}) => exit?.code)).to.deep.equal([3]))
  })

  it('shows a person the project by its name, which windows are dead, and no keeper', async () => {
    const {session} = await terminal.createSession({name: 'shop-p_1a', windowName: 'developer', command: command('cat')})
    const {pane} = await terminal.createWindow({session, windowName: 'tester', command: command('sh', '-c', 'exit 0')})
    await eventually(async () => expect((await terminal.panes()).find((state) => state.pane === pane)?.dead).to.equal(true))
    const shown = (target: string, option: string) => server.tmux('display-message', '-p', '-t', target, `#{E:${option}}`)
    expect((await shown(session, 'status-left')).trim()).to.equal('shop')
    expect(await shown(`${session}:0`, 'window-status-format')).to.match(/^0:developer(?! \(ended\))/)
    expect(await shown(pane, 'window-status-format')).to.match(/^1:tester \(ended\)/)
    for (const key of ['s', 'w']) expect(await server.tmux('list-keys', '-T', 'prefix', key)).to.match(/-f .*orch-keeper/)
  })

  it('captures faster over the connection than by calls of the program', async () => {
    const {pane} = await start('cat')
    const time = async (from: TmuxTerminal, times: number) => {
      const begin = performance.now()
      for (let n = 0; n < times; n++) await from.capture(pane)
      return performance.now() - begin
    }
    const single = server.terminal()
    await time(terminal, 10)
    expect(await time(terminal, 100)).to.be.below(await time(single, 100))
  })

  describe('a server in trouble', () => {
    it('is not answered for while it stands still: an error in time, nothing done late, then on', async () => {
      const hasty = server.terminal({timeoutMs: 1_500})
      const {pane} = await hasty.createSession({name: 's', windowName: 'w', command: command('cat')})
      const exits: PaneExit[] = []
      let lost = false
      hasty.onExit((exit) => exits.push(exit))
      hasty.onServerLost(() => (lost = true))
      const pid = await server.pid()
      process.kill(pid, 'SIGSTOP')
      try {
        const failures = await Promise.all(
          [hasty.paste(pane, 'LATE'), hasty.typeText(pane, 'LATE'), hasty.capture(pane), hasty.panes()].map(failure),
        )
        for (const error of failures) expect(hasCode(error, 'ORCH_TMUX'), String(error)).to.equal(true)
        expect(hasCode(await failure(server.terminal({timeoutMs: 1_500}).open()), 'ORCH_TMUX')).to.equal(true)
      } finally {
        process.kill(pid, 'SIGCONT')
      }
      await eventually(async () => expect(await hasty.paste(pane, 'after')).to.equal('sent'))
      await eventually(async () => expect(await hasty.capture(pane)).to.contain('after'))
      expect(await hasty.capture(pane)).not.to.contain('LATE')
      expect({exits, lost}).to.deep.equal({exits: [], lost: false})
    })

    it('is found again when the connection breaks, and serves meanwhile', async () => {
      const {pane} = await start('cat')
      let lost = false
      terminal.onServerLost(() => (lost = true))
      const clients = () => server.tmux('list-clients', '-F', '#{client_pid}')
      const first = Number(await clients())
      process.kill(first, 'SIGKILL')
      expect(await terminal.capture(pane)).to.equal('')
      await eventually(async () =>
        expect(await clients())
          .to.match(/^\d+$/)
          .and.not.equal(String(first)),
      )
      expect(await terminal.paste(pane, 'one')).to.equal('sent')
      await server.tmux('kill-session', '-t', '=orch-keeper')
      expect(await terminal.panes()).to.have.length(1)
      await eventually(async () => expect(await clients()).to.match(/^\d+$/))
      expect(await terminal.typeText(pane, ' two')).to.equal('sent')
      await eventually(async () => expect(await terminal.capture(pane)).to.equal('one two'))
      expect(lost).to.equal(false)
      await terminal.close()
      await eventually(async () => expect(await clients()).to.equal(''))
    })

    it('is told as lost after kill-server', async () => {
      await start('cat')
      let lost = 0
      terminal.onServerLost(() => lost++)
      await server.tmux('kill-server')
      await eventually(() => expect(lost).to.equal(1))
      expect(await terminal.panes()).to.deep.equal([])
      await start('cat')
      expect(await terminal.panes()).to.have.length(1)
    })

    it('gets its socket back when a cleaner deleted it', async () => {
      const clock = new SystemClock()
      const quick = {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms === 30_000 ? 50 : ms, signal),
      }
      const tended = server.terminal({clock: quick})
      await tended.createSession({name: 's', windowName: 'w', command: command('cat')})
      const socket = await server.tmux('display-message', '-p', '#{socket_path}')
      await rm(socket)
      await eventually(async () => expect(await server.tmux('display-message', '-p', '#{socket_path}')).to.equal(socket))
    })

    it('leaves no socket behind when it is destroyed', async () => {
      await start('cat')
      const socket = await server.tmux('display-message', '-p', '#{socket_path}')
      await terminal.destroy()
      expect(await failure(readFile(socket))).to.include({code: 'ENOENT'})
    })
  })

  it('is adopted with its options mended when somebody else started it', async () => {
    const foreign = [
      '-u',
      '-L',
      terminal.socket,
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      'mine',
      '-x',
      '90',
      '-y',
      '30',
      '--',
      'sleep',
      '1000',
    ]
    await server.processes.run('tmux', foreign, {env: server.environment})
    await terminal.open()
    expect(await server.tmux('show-options', '-gwv', 'remain-on-exit')).to.equal('on')
    expect(await server.tmux('show-environment', '-g')).to.equal('')
    expect((await terminal.panes()).map(({sessionName, columns, rows}) => ({sessionName, columns, rows}))).to.deep.equal([
      {sessionName: 'mine', columns: 200, rows: 50},
    ])
  })

  it('runs in a scope of its own under systemd, and without one when none is given', async () => {
    const bin = join(server.root, 'bin')
    await mkdir(bin)
    const log = join(server.root, 'systemd-run.log')
    await writeFile(join(bin, 'systemd-run'), `#!/bin/sh\necho "$@" >> '${log}'\nwhile [ "$1" != -- ]; do shift; done; shift; exec "$@"\n`)
    await chmod(join(bin, 'systemd-run'), 0o755)
    const environment = {...server.environment, PATH: `${bin}:${server.environment['PATH']}`, INVOCATION_ID: 'x'}
    await server.terminal({environment}).createSession({name: 's', windowName: 'w', command: command('cat')})
    expect(await readFile(log, 'utf8')).to.match(/^(?:--user )?--scope --collect --quiet -- env ORCH_KEEPER=\S+ .*tmux .*new-session.*\n$/s)
    await server.tmux('kill-server')
    await writeFile(join(bin, 'systemd-run'), '#!/bin/sh\nexit 1\n')
    const again = server.terminal({environment})
    await again.createSession({name: 's', windowName: 'w', command: command('cat')})
    expect(await again.panes()).to.have.length(1)
  })
})
