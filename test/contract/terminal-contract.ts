import {expect} from 'chai'
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {hasCode, type PaneCommand, type PaneExit, type Terminal} from '@orch/plugin-kit'
import {eventually} from './eventually.js'

/** A terminal under test and what its side must lend to the suite. */
export interface TerminalHarness {
  readonly terminal: Terminal
  /** A folder of its own, existing and empty. */
  readonly folder: string
  /** A second client of the same server, not yet opened. */
  another(): Terminal
  /** Puts a pane into copy mode, as a person does who scrolls. */
  enterMode(pane: string): Promise<void>
  /** Ends the server as a crash would. */
  dropServer(): Promise<void>
  /** Ends all there is. */
  dispose(): Promise<void>
}

const ENV = {PATH: '/usr/local/bin:/usr/bin:/bin', ORCH_TEST: 'a b;$HOME "#{pane_id}" é'}

/** What every `terminal` must do, by the doc comments of the interface. */
export function describeTerminalContract(name: string, makeHarness: () => Promise<TerminalHarness>): void {
  describe(`terminal contract: ${name}`, () => {
    let harness: TerminalHarness
    let terminal: Terminal

    beforeEach(async () => {
      harness = await makeHarness()
      terminal = harness.terminal
    })
    afterEach(() => harness.dispose())

    const command = (...argv: string[]): PaneCommand => ({argv, cwd: harness.folder, env: ENV})
    const start = (...argv: string[]) => terminal.createSession({name: 'team', windowName: 'agent', command: command(...argv)})
    const stateOf = async (pane: string) => (await terminal.panes()).find((state) => state.pane === pane)
    const shows = (pane: string, text: string, history = 0) =>
      eventually(async () => expect(await terminal.capture(pane, history)).to.contain(text))
    /** Waits for `cat` to answer: a key has its meaning once the program runs. */
    const running = async (pane: string) => {
      await terminal.typeText(pane, 'x')
      await terminal.pressKeys(pane, ['Enter'])
      await shows(pane, 'x\nx')
    }
    /** What a program prints that ends at once. The kernel may drop the last output of a terminal that closes; then it is run again. */
    const outputOf = async (pane: string, program: PaneCommand) => {
      await eventually(async () => {
        expect(await stateOf(pane)).to.include({dead: true})
        if ((await terminal.capture(pane)) === '') await terminal.respawn(pane, program)
        expect(await terminal.capture(pane)).not.to.equal('')
      })
      return terminal.capture(pane)
    }
    const collectExits = (from = terminal) => {
      const exits: PaneExit[] = []
      from.onExit((exit) => exits.push(exit))
      return exits
    }

    describe('sessions, windows, panes', () => {
      it('says which version it is', async () => {
        expect(await terminal.version()).to.match(/^tmux /)
      })

      it('has no panes without a server, and none of its own with one', async () => {
        expect(await terminal.panes()).to.deep.equal([])
        await terminal.open()
        await terminal.open()
        expect(await terminal.panes()).to.deep.equal([])
      })

      it('makes a session and windows, and lists them by id', async () => {
        const first = await start('sleep', '1000')
        const second = await terminal.createWindow({session: first.session, windowName: 'tester', command: command('sleep', '1000')})
        expect(first.session).to.match(/^\$\d+$/)
        expect([first.window, second.window]).to.satisfy((ids: string[]) => ids.every((id) => /^@\d+$/.test(id)) && ids[0] !== ids[1])
        expect(second.session).to.equal(first.session)
        const panes = await terminal.panes()
        expect(panes.map(({pane}) => pane)).to.have.members([first.pane, second.pane])
        const state = panes.find(({pane}) => pane === second.pane)!
        expect(state).to.include({...second, sessionName: 'team', windowName: 'tester', dead: false, exit: null, inMode: false})
        expect(state).to.include({columns: 200, rows: 50})
        expect(state.pid).to.be.greaterThan(0)
      })

      it('puts windows in the places asked for, whichever comes first, and elsewhere where one is taken', async () => {
        const sleep = command('sleep', '1000')
        const {session, window} = await terminal.createSession({name: 'team', windowName: 'third', command: sleep, index: 2})
        const made = async (windowName: string, index?: number) =>
          (await terminal.createWindow({session, windowName, command: sleep, ...(index === undefined ? {} : {index})})).window
        await made('second', 1)
        const first = await made('first', 0)
        const names = async () => (await terminal.panes()).map(({windowName}) => windowName)
        expect(await names()).to.deep.equal(['first', 'second', 'third'])
        await made('taken', 1)
        await made('next')
        expect(await names()).to.deep.equal(['first', 'second', 'third', 'taken', 'next'])
        for (const gone of [first, window]) await terminal.killWindow(gone)
        await made('first again', 0)
        expect(await names()).to.deep.equal(['first again', 'second', 'taken', 'next'])
        await rejects('ORCH_NOT_FOUND', terminal.createWindow({session: '$99', windowName: 'x', command: sleep, index: 1}))
      })

      it('refuses a session name that is taken', async () => {
        await start('sleep', '1000')
        await rejects('ORCH_TMUX', start('sleep', '1000'))
      })

      it('keeps names with spaces, quotes, formats and other scripts, and makes session names addressable', async () => {
        const odd = `a 'b' "c" #(touch x) #{pane_id} #[fg=red] ## é 日本 ; { ~`
        const {pane} = await terminal.createSession({name: `${odd}.x:y`, windowName: `${odd}.x:y`, command: command('sleep', '1000')})
        expect(await stateOf(pane)).to.include({sessionName: `${odd}_x_y`, windowName: `${odd}.x:y`})
      })

      it('has no window for a session that is not there', async () => {
        await start('sleep', '1000')
        await rejects('ORCH_NOT_FOUND', terminal.createWindow({session: '$99', windowName: 'x', command: command('sleep', '1000')}))
      })

      it('starts in the folder, whatever its name', async () => {
        const folder = join(harness.folder, "a b #(touch x) #{pid} #[x] ##[y] ## %H 'q' é")
        await mkdir(folder)
        const session = await terminal.createSession({name: 's', windowName: 'w', command: {...command('pwd'), cwd: folder}})
        expect(await outputOf(session.pane, {...command('pwd'), cwd: folder})).to.equal(folder)
        const window = await terminal.createWindow({session: session.session, windowName: 'w', command: {...command('pwd'), cwd: folder}})
        expect(await outputOf(window.pane, {...command('pwd'), cwd: folder})).to.equal(folder)
        await eventually(async () => expect(await stateOf(session.pane)).to.include({dead: true}))
        await terminal.respawn(session.pane, {...command('sh', '-c', 'exit 4'), cwd: folder})
        await eventually(async () => expect((await stateOf(session.pane))?.exit?.code).to.equal(4))
      })

      it('refuses a folder that is not there, a command without a program, and one that is too long', async () => {
        await rejects(
          'ORCH_REFUSED',
          terminal.createSession({name: 's', windowName: 'w', command: {...command('cat'), cwd: '/nonexistent/x'}}),
        )
        await rejects('ORCH_REFUSED', start())
        await rejects('ORCH_REFUSED', start('cat', 'x'.repeat(13 * 1024)))
        expect(await terminal.panes()).to.deep.equal([])
      })

      it('gives a process exactly its environment, in first and later windows and after a respawn', async () => {
        const own = async (pane: string, env: Record<string, string>) => {
          const lines = (await outputOf(pane, {...command('env'), env})).split('\n')
          return lines.filter((line) => !line.startsWith('TERM=')).sort()
        }
        const plain = {...ENV, FIRST: '1'}
        const first = await terminal.createSession({name: 's', windowName: 'w', command: {...command('env'), env: plain}})
        const expected = Object.entries(plain).map((pair) => pair.join('='))
        expect(await own(first.pane, plain)).to.deep.equal(expected.sort())
        const odd = {SHELL: '/x', PWD: '/y'}
        const second = await terminal.createWindow({session: first.session, windowName: 'w', command: {...command('env'), env: odd}})
        expect(await own(second.pane, odd)).to.deep.equal(['PWD=/y', 'SHELL=/x'])
        const third = await terminal.createWindow({session: first.session, windowName: 'w', command: command('sh', '-c', 'exit 0')})
        await eventually(async () => expect(await stateOf(third.pane)).to.include({dead: true}))
        await terminal.respawn(third.pane, {...command('env'), env: {ONLY: '1'}})
        expect(await own(third.pane, {ONLY: '1'})).to.deep.equal(['ONLY=1'])
      })
    })

    describe('ends', () => {
      for (const [script, exit] of [
        ['exit 0', {code: 0, signal: null}],
        ['exit 3', {code: 3, signal: null}],
        ['kill -KILL $$', {code: null, signal: 'SIGKILL'}],
        ['kill -TERM $$', {code: null, signal: 'SIGTERM'}],
      ] as const) {
        it(`tells of \`${script}\` once, with its status`, async () => {
          const exits = collectExits()
          const ref = await start('sh', '-c', script)
          await eventually(() => expect(exits).to.deep.equal([{...ref, exit}]))
          expect(await stateOf(ref.pane)).to.deep.include({dead: true, exit})
          await terminal.killWindow(ref.window)
          expect(exits).to.have.length(1)
        })
      }

      it('tells of many that end at once, each with its own status', async () => {
        const exits = collectExits()
        const {session} = await start('sleep', '1000')
        const expected = new Map<string, number>()
        for (let code = 1; code <= 20; code++) {
          const {pane} = await terminal.createWindow({session, windowName: 'w', command: command('sh', '-c', `exit ${code}`)})
          expected.set(pane, code)
        }
        await eventually(() => expect(exits).to.have.length(20))
        expect(new Map(exits.map(({pane, exit}) => [pane, exit.code]))).to.deep.equal(expected)
      })

      it('respawns an ended pane in place, refuses a live one, and tells of the second end too', async () => {
        const exits = collectExits()
        const ref = await start('sh', '-c', 'exit 3')
        await eventually(() => expect(exits).to.have.length(1))
        await terminal.respawn(ref.pane, command('cat'))
        expect(await stateOf(ref.pane)).to.include({...ref, dead: false, exit: null})
        await rejects('ORCH_REFUSED', terminal.respawn(ref.pane, command('cat')))
        await running(ref.pane)
        await terminal.pressKeys(ref.pane, ['C-c'])
        await eventually(() =>
          expect(exits.map(({exit}) => exit)).to.deep.equal([
            {code: 3, signal: null},
            {code: null, signal: 'SIGINT'},
          ]),
        )
        await terminal.respawn(ref.pane, command('sh', '-c', 'exit 5'))
        await eventually(() => expect(exits.at(-1)).to.deep.equal({...ref, exit: {code: 5, signal: null}}))
        await rejects('ORCH_NOT_FOUND', terminal.respawn('%99', command('cat')))
      })

      it('tells of a pane whose window or session was killed', async () => {
        const exits = collectExits()
        const first = await start('sleep', '1000')
        const second = await terminal.createWindow({session: first.session, windowName: 'w', command: command('sleep', '1000')})
        const third = await terminal.createWindow({session: first.session, windowName: 'w', command: command('sleep', '1000')})
        await terminal.killWindow(third.window)
        const unknown = {code: null, signal: null}
        await eventually(() => expect(exits).to.deep.equal([{...third, exit: unknown}]))
        expect((await terminal.panes()).map(({pane}) => pane)).to.have.members([first.pane, second.pane])
        await terminal.killSession(first.session)
        await eventually(() => expect(exits.map(({pane}) => pane)).to.have.members([first.pane, second.pane, third.pane]))
        expect(await terminal.panes()).to.deep.equal([])
        await terminal.killWindow(third.window)
        await terminal.killPane(third.pane)
        await terminal.killSession(first.session)
      })

      it('takes one pane away, and leaves the others', async () => {
        const {session, pane} = await start('sleep', '1000')
        const other = await terminal.createWindow({session, windowName: 'w', command: command('sleep', '1000')})
        await terminal.killPane(pane)
        expect((await terminal.panes()).map((state) => state.pane)).to.deep.equal([other.pane])
      })

      it('no longer tells who has stopped listening', async () => {
        const heard: PaneExit[] = []
        const stop = terminal.onExit((exit) => heard.push(exit))
        stop()
        const exits = collectExits()
        await start('sh', '-c', 'exit 0')
        await eventually(() => expect(exits).to.have.length(1))
        expect(heard).to.deep.equal([])
      })
    })

    describe('text and keys', () => {
      it('types text, presses keys, and shows both', async () => {
        const {pane} = await start('cat')
        const text = `-l 'x' "y" $HOME \\n ; #{pid} ~ é 日本`
        expect(await terminal.typeText(pane, text)).to.equal('sent')
        await shows(pane, text)
        expect(await terminal.pressKeys(pane, ['Enter'])).to.equal('sent')
        await shows(pane, `${text}\n${text}`)
        expect(await terminal.pressKeys(pane, ['z', ';', 'Enter'])).to.equal('sent')
        await shows(pane, 'z;\nz;')
      })

      it('refuses keys that are none', async () => {
        const {pane} = await start('cat')
        await rejects('ORCH_REFUSED', terminal.pressKeys(pane, ['Entr']))
        await rejects('ORCH_REFUSED', terminal.pressKeys(pane, ['-t']))
      })

      it('pastes many lines whole, without Enter', async () => {
        // It lives on after its output: the kernel may drop the last words of a terminal that closes.
        const {pane} = await start('sh', '-c', 'sort; cat')
        const text = [...Array(120).keys()].map((n) => `line ${n + 100}: "quoted" $HOME #{x} \\ ; é`)
        expect(await terminal.paste(pane, text.join('\n'))).to.equal('sent')
        await shows(pane, text.at(-1)!)
        expect(await stateOf(pane)).to.include({dead: false})
        await terminal.pressKeys(pane, ['Enter', 'C-d'])
        // The program repeats what it got once all is there, so that its words and the typed ones do not mix.
        await eventually(async () => expect((await terminal.capture(pane, 400)).split('\n').slice(-text.length)).to.deep.equal(text))
        expect(await stateOf(pane)).to.include({dead: false})
      })

      it('makes control characters visible', async () => {
        const {pane} = await start('cat')
        await terminal.paste(pane, 'a\u001b[201~b\u0003c\u009bd\te\rf')
        await terminal.typeText(pane, '\u0004g')
        await shows(pane, 'a^[[201~b^Cc\\x9bd')
        await shows(pane, 'e^Mf^Dg')
        expect(await stateOf(pane)).to.include({dead: false})
      })

      it('takes an empty text', async () => {
        const {pane} = await start('cat')
        expect(await terminal.paste(pane, '')).to.equal('sent')
        expect(await terminal.typeText(pane, '')).to.equal('sent')
        expect(await terminal.pressKeys(pane, [])).to.equal('sent')
      })

      it('sends nothing to the dead, to a mode, or to what is gone', async () => {
        const exits = collectExits()
        const live = await start('cat')
        const dead = await terminal.createWindow({session: live.session, windowName: 'w', command: command('sh', '-c', 'exit 0')})
        await eventually(() => expect(exits).to.have.length(1))
        await harness.enterMode(live.pane)
        expect(await stateOf(live.pane)).to.include({inMode: true})
        for (const [pane, outcome] of [
          [live.pane, 'in-mode'],
          [dead.pane, 'dead'],
          ['%99', 'gone'],
        ] as const) {
          expect(await terminal.paste(pane, 'NEVER')).to.equal(outcome)
          expect(await terminal.typeText(pane, 'NEVER')).to.equal(outcome)
          expect(await terminal.pressKeys(pane, ['N'])).to.equal(outcome)
        }
        expect(await terminal.capture(live.pane)).not.to.contain('NEVER')
        expect(await terminal.capture(dead.pane)).not.to.contain('NEVER')
      })

      it('captures the last words of the dead, and nothing of what is not there', async () => {
        const {pane} = await start('pwd')
        expect(await outputOf(pane, command('pwd'))).to.equal(harness.folder)
        await rejects('ORCH_NOT_FOUND', terminal.capture('%99'))
      })
    })

    describe('the server', () => {
      it('lets go and is found again, with all that lives and what died meanwhile', async () => {
        const live = await start('cat')
        const dying = await terminal.createWindow({session: live.session, windowName: 'w', command: command('cat')})
        const before = await stateOf(live.pane)
        await running(dying.pane)
        await terminal.close()
        const second = harness.another()
        await second.pressKeys(dying.pane, ['C-c'])
        await eventually(async () => expect((await second.panes()).filter(({dead}) => dead)).to.have.length(1))
        const exits = collectExits(second)
        await second.open()
        expect((await second.panes()).find(({pane}) => pane === live.pane)).to.deep.equal(before)
        await eventually(() => expect(exits).to.deep.equal([{...dying, exit: {code: null, signal: 'SIGINT'}}]))
        const late = collectExits(second)
        await eventually(() => expect(late).to.deep.equal(exits))
        expect(await second.paste(live.pane, 'hello')).to.equal('sent')
        await second.close()
      })

      it('tells once that it is lost, then starts another', async () => {
        let lost = 0
        const exits = collectExits()
        terminal.onServerLost(() => lost++)
        const {pane, session} = await start('sleep', '1000')
        await harness.dropServer()
        await eventually(() => expect(lost).to.equal(1))
        expect(await terminal.panes()).to.deep.equal([])
        expect(await terminal.paste(pane, 'x')).to.equal('gone')
        await rejects('ORCH_NOT_FOUND', terminal.capture(pane))
        await rejects('ORCH_NOT_FOUND', terminal.createWindow({session, windowName: 'w', command: command('cat')}))
        await terminal.killSession(session)
        const again = await start('sh', '-c', 'exit 7')
        await eventually(() => expect(exits).to.deep.equal([{...again, exit: {code: 7, signal: null}}]))
        expect(lost).to.equal(1)
        await harness.dropServer()
        await eventually(() => expect(lost).to.equal(2))
      })

      it('is gone after destroy', async () => {
        await start('sleep', '1000')
        await terminal.destroy()
        expect(await harness.another().panes()).to.deep.equal([])
        await terminal.destroy()
      })

      it('says how a person attaches', async () => {
        const {session, window} = await start('sleep', '1000')
        expect(terminal.attachCommand(session)).to.include.members(['-L', terminal.socket, session])
        expect(terminal.attachCommand(session, window).at(-1)).to.equal(`${session}:${window}`)
        expect(await terminal.lastClientActivity(window)).to.equal(null)
      })
    })
  })
}

async function rejects(code: 'ORCH_REFUSED' | 'ORCH_NOT_FOUND' | 'ORCH_TMUX', work: Promise<unknown>): Promise<void> {
  const failure: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(hasCode(failure, code), `rejects with ${code}, not ${String(failure)}`).to.equal(true)
}
