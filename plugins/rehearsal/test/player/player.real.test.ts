import {spawnSync} from 'node:child_process'
import {readFile, rm} from 'node:fs/promises'
import path from 'node:path'
import {expect} from 'chai'
import {HEADER, REJECTED} from '../../src/words.js'
import {poll} from '../support/poll.js'
import {Stand} from '../support/stand.js'
import {isAlive} from '../support/tmux.js'

const QUIET = 'steps:\n  - say: ready for messages\n'
/** Busy until a file appears, so that a test decides how long. */
const BUSY = `steps:
  - run: [sh, -c, 'while [ ! -e ../go ]; do sleep 0.05; done']
  - say: the long step is over
`

describe('the player in a real terminal', function () {
  this.timeout(60_000)
  let stand: Stand

  beforeEach(async () => {
    stand = await Stand.make()
  })

  afterEach(async () => {
    await stand.destroy()
  })

  const go = async () => stand.tmux.run('run-shell', `touch '${stand.folder}/go'`)
  const texts = (signals: readonly object[], kind: string) =>
    (signals as {kind: string; text: string}[]).filter((signal) => signal.kind === kind).map(({text}) => text)

  it('says what it is, reports in order, and takes its first prompt', async () => {
    await stand.script(QUIET)
    await stand.start()
    await stand.hook('Stop')
    expect(await stand.tmux.screen()).to.contain(HEADER)
    const hooks = await stand.hooks()
    expect(hooks.map(({event}) => event)).to.deep.equal(['SessionStart', 'UserPromptSubmit', 'Stop'])
    expect(hooks[0]!.payload).to.include({
      source: 'startup',
      cwd: stand.worktree,
      transcript_path: stand.transcript,
      hook_event_name: 'SessionStart',
    })
    expect(texts(await stand.signals(), 'acknowledged')).to.deep.equal(['Read the briefing and start.'])
    expect(await stand.reading()).to.deep.equal({what: 'composer', draft: null})
  })

  it('queues what is pasted while it works and takes it when the step is over', async () => {
    await stand.script(BUSY)
    await stand.start()
    await stand.sees('busy')
    const message = 'm_1 from tester:\nthree lines\n世界 🙂 and "quotes"'
    await stand.tmux.paste(message)
    await poll(
      async () => (await stand.sees('busy')).draft?.includes('世界'),
      'the draft',
      () => stand.describe(),
    )
    await stand.tmux.keys('Enter')
    await poll(
      async () => (await stand.hooks()).filter(({event}) => event === 'UserPromptSubmit').length === 2,
      'the second prompt',
      () => stand.describe(),
    )
    const first = await stand.signals()
    expect(texts(first, 'submitted')).to.deep.equal([message])
    expect(texts(first, 'acknowledged')).to.deep.equal(['Read the briefing and start.'])
    await go()
    await stand.hook('Stop')
    expect(texts(await stand.signals(), 'acknowledged')).to.deep.equal([message])
    expect(await stand.sees('composer')).to.deep.equal({what: 'composer', draft: null})
  })

  for (const [columns, rows] of [
    [80, 24],
    [200, 50],
  ] as const) {
    it(`draws, edits and survives a new size at ${columns}x${rows}`, async () => {
      await stand.script(QUIET)
      await stand.start({}, {columns, rows})
      await stand.hook('Stop')
      await stand.tmux.type('wide 世界x')
      await stand.tmux.keys('BSpace', 'BSpace', 'Up')
      await poll(
        async () => (await stand.sees('composer')).draft === 'wide 世',
        'the edited draft',
        () => stand.describe(),
      )
      for (const size of [
        [40, 12],
        [columns, rows],
        [20, 6],
        [columns, rows],
      ] as const) {
        await stand.tmux.resize(size[0], size[1])
        await poll(
          async () => (await stand.sees('composer')).draft === 'wide 世',
          `the draft at ${size.join('x')}`,
          () => stand.describe(),
        )
      }
      await stand.tmux.type('!')
      await poll(
        async () => (await stand.sees('composer')).draft === 'wide 世!',
        'the longer draft',
        () => stand.describe(),
      )
      const prompts = (await stand.tmux.screen()).split('\n').filter((line) => line.startsWith('❯'))
      expect(prompts).to.deep.equal(['❯ wide 世!'])
      await stand.tmux.keys('C-u')
      await poll(
        async () => (await stand.sees('composer')).draft === null,
        'the empty composer',
        () => stand.describe(),
      )
    })
  }

  for (const [name, refusal] of [
    ['trust', '1'],
    ['bypass', '1'],
    ['mcp', null],
  ] as const) {
    it(`asks the ${name} question: Enter refuses, the driver's answer leads on`, async () => {
      await stand.script(QUIET)
      await stand.start({options: {dialogs: {[name]: true}}})
      const asked = await stand.sees('dialog')
      expect(asked.name).to.equal(name)
      expect(asked.answer, 'moves before it confirms').to.not.include('Enter')
      await stand.tmux.keys('Enter')
      if (refusal !== null) {
        expect(await stand.exit()).to.deep.equal({code: refusal, signal: ''})
        expect((await stand.hooks()).map(({event}) => event)).to.not.include('SessionStart')
        await stand.restart({resume: false, options: {dialogs: {[name]: true}}})
        await poll(
          async () => {
            const reading = await stand.reading()
            if (reading.what !== 'dialog') return reading.what === 'composer'
            await stand.tmux.keys(...reading.answer!)
            return false
          },
          'the composer',
          () => stand.describe(),
        )
      }
      await stand.hook('SessionStart')
    })
  }

  it('starts slowly: says what it is, and is ready only later', async () => {
    await stand.script(QUIET)
    await stand.start({options: {startDelayMs: 2_500}})
    await poll(
      async () => (await stand.tmux.screen()).includes(HEADER),
      'the header',
      () => stand.describe(),
    )
    expect(await stand.hooks()).to.deep.equal([])
    expect(await stand.reading()).to.deep.equal({what: 'unknown'})
    await stand.hook('SessionStart')
    await stand.sees('composer')
  })

  it('loses keys right after the start', async () => {
    await stand.script(QUIET)
    await stand.start({firstPrompt: null, options: {swallowKeysMs: 1_500}})
    await stand.sees('composer')
    await stand.tmux.type('lost')
    const {draft} = await poll(
      async () => {
        await stand.tmux.type('k')
        const reading = await stand.sees('composer')
        return reading.draft !== null && {draft: reading.draft}
      },
      'a key that is taken',
      () => stand.describe(),
    )
    expect(draft).to.match(/^k+$/)
  })

  it('swallows the first Enters: the text stays until Enter comes again', async () => {
    await stand.script(QUIET)
    await stand.start({firstPrompt: null, options: {faults: {swallowEnters: 1}}})
    await stand.sees('composer')
    await stand.tmux.paste('stays')
    await stand.tmux.keys('Enter', '!')
    await poll(
      async () => (await stand.sees('composer')).draft === 'stays!',
      'the draft',
      () => stand.describe(),
    )
    await stand.tmux.keys('Enter')
    expect((await stand.hook('UserPromptSubmit')).payload).to.include({prompt: 'stays!'})
  })

  it('reaches a limit, refuses prompts until it is over, then goes on', async () => {
    await stand.script('steps:\n  - say: one\n  - say: two\n')
    await stand.start({options: {faults: {limitAfterStep: 1, limitResetsInMs: 2_500}}})
    const {payload} = await stand.hook('StopFailure')
    const limit = await stand.sees('limit')
    const [signal] = stand.driver.interpret({event: 'StopFailure', payload})
    expect(signal).to.include({kind: 'limited', resetsAt: limit.resetsAt})
    expect(limit.resetsAt).to.be.a('number')
    expect(await stand.tmux.screen()).to.not.contain('● two')
    await poll(async () => Date.now() > limit.resetsAt!, 'the reset')
    await stand.tmux.paste('go on')
    await stand.tmux.keys('Enter')
    await stand.hook('Stop')
    expect(await stand.tmux.screen()).to.contain('● two')
    expect(await stand.reading()).to.deep.equal({what: 'composer', draft: null})
  })

  it('crashes with a code, and goes on behind the step when it is resumed', async () => {
    await stand.script('steps:\n  - append: {path: log.txt, content: "one\\n"}\n  - append: {path: log.txt, content: "two\\n"}\n')
    await stand.start({options: {faults: {crashAfterStep: 1, exitCode: 7}}})
    expect(await stand.exit()).to.deep.equal({code: '7', signal: ''})
    expect((await stand.hooks()).map(({event}) => event)).to.not.include('SessionEnd')
    await stand.restart({options: {faults: {crashAfterStep: 1, exitCode: 7}}})
    await stand.hook('Stop')
    expect((await stand.hooks()).filter(({event}) => event === 'SessionStart').map(({payload}) => payload['source'])).to.deep.equal([
      'startup',
      'resume',
    ])
    expect(await readFile(path.join(stand.worktree, 'log.txt'), 'utf8')).to.equal('one\ntwo\n')
  })

  it('crashes by a signal, before it is ready, and ends with a code of its script', async () => {
    await stand.script('steps:\n  - exit: 5\n')
    await stand.start({options: {faults: {crashAtStart: true, signal: 'SIGKILL'}}})
    expect(await stand.exit()).to.deep.equal({code: '', signal: '9'})
    expect(await stand.hooks()).to.deep.equal([])
    await stand.restart({resume: false, options: {}})
    await poll(
      async () => (await stand.tmux.exit())?.code === '5',
      'exit code 5',
      () => stand.describe(),
    )
    expect((await stand.hook('SessionEnd')).payload).to.include({reason: 'other'})
  })

  it('refuses a conversation that is taken, or unknown, as Claude Code does', async () => {
    await stand.script(QUIET)
    await stand.start({resume: true})
    expect((await stand.exit()).code).to.equal('1')
    expect(await stand.tmux.screen()).to.contain('No conversation found with session ID')
  })

  it('hangs: no key, no TERM; a killed window still ends it', async () => {
    await stand.script(QUIET)
    await stand.start({options: {faults: {hangAfterStep: 1}}})
    await poll(
      async () => (await stand.tmux.screen()).includes('● Hangs'),
      'the hang',
      () => stand.describe(),
    )
    await stand.tmux.type('nobody reads this')
    const pid = await stand.tmux.pid()
    process.kill(pid, 'SIGTERM')
    await stand.tmux.run('run-shell', 'sleep 0.5')
    expect(isAlive(pid), 'it ignores TERM').to.equal(true)
    expect((await stand.sees('busy')).draft).to.equal(null)
    await stand.tmux.killWindow()
    await poll(async () => !isAlive(pid), 'the end of the process')
  })

  it('asks for permission and leaves the answer to a person', async () => {
    await stand.script('steps:\n  - dialog: May I?\n  - say: thank you\n')
    await stand.start()
    const {payload} = await stand.hook('PermissionRequest')
    expect(stand.driver.interpret({event: 'PermissionRequest', payload})).to.deep.equal([
      {kind: 'needs-input', what: 'permission to use Bash'},
    ])
    expect(await stand.sees('dialog')).to.include({name: 'permission', answer: null})
    await stand.tmux.keys('Enter')
    await stand.hook('Stop')
    expect(await stand.tmux.screen()).to.contain('thank you')
  })

  it('ends on /exit, on Ctrl-C twice and on TERM, and says so', async () => {
    await stand.script(QUIET)
    await stand.start()
    await stand.hook('Stop')
    await stand.tmux.type('/exit')
    await stand.tmux.keys('Enter')
    expect((await stand.exit()).code).to.equal('0')
    expect((await stand.hook('SessionEnd')).payload).to.include({reason: 'prompt_input_exit'})
    await stand.restart({firstPrompt: null})
    await stand.hook('SessionStart', 2)
    await stand.tmux.keys('C-c', 'C-c')
    await stand.hook('SessionEnd', 2)
    await poll(() => stand.tmux.exit(), 'the end')
    await stand.restart({firstPrompt: null})
    await stand.hook('SessionStart', 3)
    process.kill(await stand.tmux.pid(), 'SIGTERM')
    expect((await stand.hook('SessionEnd', 3)).payload).to.include({reason: 'other'})
    await poll(
      async () => (await stand.tmux.exit())?.code === '143',
      'exit code 143',
      () => stand.describe(),
    )
  })

  it('is interrupted by Escape and plays the step again at the next prompt', async () => {
    await stand.script(BUSY)
    await stand.start()
    await stand.sees('busy')
    await stand.tmux.keys('Escape')
    await stand.sees('composer')
    expect((await stand.hooks()).map(({event}) => event)).to.not.include('Stop')
    await go()
    await stand.tmux.paste('go on')
    await stand.tmux.keys('Enter')
    await stand.hook('Stop')
    expect(await stand.tmux.screen()).to.contain('the long step is over')
  })

  it('waits for the message it expects, between turns', async () => {
    await stand.script('steps:\n  - expect: {from: tester, contains: names}\n  - send: {to: tester, text: "-- got it"}\n')
    await stand.start()
    await stand.hook('Stop')
    await stand.tmux.paste('[orch m_1 from project-manager] names? said from tester')
    await stand.tmux.keys('Enter')
    await stand.hook('Stop', 2)
    expect(await stand.calls()).to.deep.equal([])
    await stand.tmux.paste('[orch m_2 from tester] the names\nare a and b')
    await stand.tmux.keys('Enter')
    expect(await stand.call('send')).to.deep.equal(['send', 'tester', '--', '-- got it'])
    await stand.hook('Stop', 3)
    expect(texts(await stand.signals(), 'acknowledged')).to.have.length(3)
  })

  it('repairs a rejected claim: commits what it left, claims again, and gives up honestly', async () => {
    await stand.script('steps:\n  - write: {path: a/b.txt, content: "x\\n"}\n  - done: first claim\n')
    await stand.start()
    await stand.call('done', '--message=first claim')
    await stand.hook('Stop')
    await stand.tmux.paste(`${REJECTED} uncommitted files: a/b.txt`)
    await stand.tmux.keys('Enter')
    await stand.call('done', '--message=rehearsal: committed 1 paths that were left uncommitted')
    expect(stand.git('log', '-1', '--format=%an <%ae> %s').trim()).to.equal(
      'orch rehearsal (developer) <rehearsal@localhost> rehearsal: commit what was left uncommitted',
    )
    expect(stand.git('status', '--porcelain')).to.equal('')
    await stand.hook('Stop', 2)
    await stand.tmux.paste(`${REJECTED} the tests fail`)
    await stand.tmux.keys('Enter')
    expect((await stand.call('fail'))[1]).to.contain('cannot repair more')
  })

  it('tells orch when a step fails, and stays', async () => {
    await stand.script('steps:\n  - write: {path: ../out.txt, content: x}\n  - say: never said\n')
    await stand.start()
    expect((await stand.call('fail'))[1]).to.contain('line 2 of the script failed: "../out.txt" is not a path inside the worktree')
    await stand.hook('Stop')
    expect(await stand.tmux.screen()).to.not.contain('never said')
    await stand.sees('composer')
  })

  it('lives without hooks, and with hooks that fail', async () => {
    await stand.script('steps:\n  - done: claimed\n')
    await stand.start({options: {faults: {ignoreHooks: true}}})
    await stand.call('done', '--message=claimed')
    await stand.sees('composer')
    expect(await stand.hooks()).to.deep.equal([])
    await stand.tmux.type('/exit')
    await stand.tmux.keys('Enter')
    await stand.exit()

    await rm(path.join(stand.folder, 'hook.sh'))
    await stand.script('steps:\n  - done: claimed again\n')
    await rm(stand.transcript)
    await stand.restart({resume: false})
    await stand.call('done', '--message=claimed again')
    await stand.sees('composer')
  })

  it('runs without a terminal: a prompt a line, to the end of the input', async () => {
    await stand.script('steps:\n  - expect: {contains: second}\n  - done: claimed\n')
    const {command} = await stand.prepare()
    const {status, stdout} = spawnSync(command.argv[0]!, command.argv.slice(1), {
      cwd: command.cwd,
      env: command.env,
      input: 'the second prompt\n',
      encoding: 'utf8',
      timeout: 20_000,
    })
    expect(status).to.equal(0)
    expect(stdout).to.contain(HEADER)
    expect(stdout).to.not.match(/\x1b/)
    await stand.call('done', '--message=claimed')
    expect((await stand.hooks()).at(-1)).to.deep.include({event: 'SessionEnd'})
  })
})
