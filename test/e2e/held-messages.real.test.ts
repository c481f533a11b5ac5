import {spawn, type ChildProcess} from 'node:child_process'
import {existsSync, readdirSync} from 'node:fs'
import {expect} from 'chai'
import {sessionNameOf} from '../../src/domain/session-name.js'
import {TalkTeam} from '../support/talk-team.js'
import type {Message} from '../../src/domain/model/message.js'

const SCRIPT = (role: string): string =>
  role === 'talker'
    ? 'steps:\n  - expect: {contains: begin dialog, timeoutMs: 86400000}\n  - dialog: {text: May I?}\n  - expect: {contains: begin limit, timeoutMs: 86400000}\n  - limit: {resetsInMs: 4000}\n  - say: {text: back}\n'
    : 'steps:\n  - expect: {contains: never, timeoutMs: 86400000}\n'

describe('a message to an agent that cannot take it', function () {
  this.timeout(180_000)
  let team: TalkTeam
  let client: ChildProcess | undefined

  beforeEach(async () => {
    team = new TalkTeam(['talker'], SCRIPT)
    await team.start()
  })
  afterEach(async () => {
    client?.kill('SIGKILL')
    await team.sandbox.remove()
  })

  /** Another tmux in whose pane a person attaches to ours: real keys of a real client. */
  const attach = () => {
    const {session, window} = {session: team.project().tmux.session!, window: team.agent('talker').window!}
    const sockets = team.sandbox.path('tmux', `tmux-${process.getuid!()}`)
    const socket = `${sockets}/${readdirSync(sockets)[0]!}`
    if (!existsSync(socket)) throw new Error('there is no tmux server')
    // script(1) gives the client the terminal it wants; what is written to it are a person's keys.
    client = spawn(
      'script',
      ['-qfec', `tmux -S '${socket}' attach-session -t '${session}' \\; select-window -t '${window}'`, '/dev/null'],
      {
        env: {...team.sandbox.env, TERM: 'xterm-256color'},
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    )
    return client
  }
  const attached = () =>
    team.sandbox.tmux('list-clients', '-F', '#{client_control_mode} #{client_session}').includes(`0 ${sessionNameOf(team.project())}`)
  const type = (keys: string) => client!.stdin!.write(keys)
  const send = async (text: string): Promise<string> => {
    const {data} = await team.sandbox.json<{id: string}>(['send', 'talker', text])
    return data.id
  }
  const message = async (id: string): Promise<Message> => (await team.messages()).find((each) => each.id === id)!
  const held = (id: string, by: string) => team.until(async () => (await message(id)).blockedBy === by, `held by ${by}`)
  const arrives = (id: string, timeoutMs = 30_000) =>
    team.until(async () => (await message(id)).state === 'acknowledged', `the receipt of ${id}`, timeoutMs)
  const heardTimes = (id: string) => team.heard('talker').filter((text) => text.includes(id)).length

  it('waits for a person, then for the half sentence he left, and comes when the composer is empty', async () => {
    attach()
    await team.until(attached, 'the client')
    type('half a sen')
    await team.until(() => team.screen('talker').includes('half a sen'), 'the draft')
    const id = await send('not into that sentence')
    await held(id, 'person')
    type('\u0002d')
    await team.until(() => !attached(), 'the end of the client')
    await held(id, 'draft')
    const {stdout} = await team.sandbox.orch(['messages', team.id])
    expect(stdout).to.include('blocked by draft')
    const draftedFor = performance.now()
    await team.until(() => performance.now() - draftedFor > 3_000, 'time')
    expect(team.screen('talker')).to.include('half a sen').and.not.to.include('not into that sentence')
    // In one call: a key that came after the message would take a letter of it.
    team.press('talker', 'C-u')
    await arrives(id)
    expect(team.heard('talker').at(-1)).to.equal(`[orch ${id} from person] not into that sentence`)
    expect(heardTimes(id)).to.equal(1)
  })

  it('waits for the end of copy mode', async () => {
    team.sandbox.tmux('copy-mode', '-t', team.agent('talker').pane!)
    const id = await send('not while you scroll')
    await held(id, 'mode')
    team.sandbox.tmux('send-keys', '-t', team.agent('talker').pane!, '-X', 'cancel')
    await arrives(id)
    expect(heardTimes(id)).to.equal(1)
  })

  it('waits for an answer to a dialog, and for the end of a limit', async () => {
    await arrives(await send('begin dialog'))
    await team.until(() => team.screen('talker').includes('Enter to confirm'), 'the dialog')
    const second = await send('not as an answer')
    await held(second, 'dialog')
    expect(team.screen('talker')).to.include('Enter to confirm')
    team.press('talker', 'Enter')
    await arrives(second)
    await arrives(await send('begin limit'))
    await team.until(() => team.agent('talker').state === 'limited', 'the limit')
    const third = await send('not into a limit')
    await held(third, 'limit')
  })

  it('is kept for an agent that is dead until it is back, and given once', async () => {
    const before = team.agent('talker').run!.process!.pid
    await team.sandbox.orch(['pause', team.id])
    process.kill(before, 'SIGKILL')
    await team.until(() => ['exited', 'lost'].includes(team.agent('talker').state), 'the end')
    const id = await send('for whoever comes back')
    await team.until(async () => (await message(id)).state === 'accepted', 'the message')
    await team.sandbox.orch(['resume', team.id])
    await arrives(id)
    expect(team.agent('talker').run!.process!.pid).not.to.equal(before)
    expect(heardTimes(id)).to.equal(1)
  })

  it('fails a sender that waits: only a receipt is success', async () => {
    team.sandbox.tmux('copy-mode', '-t', team.agent('talker').pane!)
    const waiting = await team.sandbox.json<{state: string; blockedBy: string}>(['send', 'talker', 'x', '--wait', '--timeout', '3s'])
    expect([waiting.code, waiting.data.state]).to.deep.equal([75, 'accepted'])
    const expired = await team.sandbox.json<{state: string; reason: string}>([
      'send',
      'talker',
      'x',
      '--wait',
      '--timeout',
      '30s',
      '--expires',
      '1s',
    ])
    expect([expired.code, expired.data.state]).to.deep.equal([1, 'expired'])
    team.sandbox.tmux('send-keys', '-t', team.agent('talker').pane!, '-X', 'cancel')
    const received = await team.sandbox.json<{state: string}>(['send', 'talker', '-', '--wait'], {input: 'from a pipe'})
    expect([received.code, received.data.state]).to.deep.equal([0, 'acknowledged'])
  })
})
