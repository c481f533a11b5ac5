import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {messageIdsIn} from '../../src/domain/letter-text.js'
import {readClaudeScreen} from '../../plugins/claude/src/screen/read-screen.js'
import {claudeBinaries, requireClaude} from '../support/claude-binary.js'
import {approveClaudeKey, CLAUDE_KEY, claudeEnvironment} from '../support/claude-sandbox.js'
import {held, ModelServer, slow, text} from '../support/model-server/index.js'
import {difficultTexts} from '../support/difficult-texts.js'
import {TalkTeam} from '../support/talk-team.js'
import type {Message} from '../../src/domain/model/message.js'

/** Messages in all; the whole is `npm run soak`. */
const MESSAGES = Number(process.env['ORCH_SOAK_CLAUDE_MESSAGES'] ?? 20)

for (const binary of claudeBinaries()) {
  describe(`messages to Claude Code ${binary.version}`, function () {
    this.timeout(240_000 + MESSAGES * 10_000)
    let team: TalkTeam
    let model: ModelServer
    let count: number

    before(function () {
      requireClaude(this, binary)
    })

    beforeEach(async () => {
      count = 0
      model = await ModelServer.start([{match: 'SLOW-MARK', withTool: 'Bash', answer: slow('Done at last.', 4_000)}])
      // A compaction takes its time, so that messages come in the middle of it.
      model.add({match: /your task is to create a detailed summary/i, answer: slow('<summary>Nothing much was said.</summary>', 3_000)})
      team = new TalkTeam(['talker'], null, {
        ...(await claudeEnvironment(binary, model)),
        ANTHROPIC_API_KEY: CLAUDE_KEY,
        ORCH_CONFIG_MESSAGES__PER_MINUTE: '1000000',
      })
      approveClaudeKey(team.sandbox)
      await team.start()
    })

    afterEach(async function () {
      if (this.currentTest?.isFailed()) {
        console.error((await team.sandbox.orch(['messages'])).stdout)
        console.error(team.screen('talker'))
      }
      await team.sandbox.remove()
      await model.stop()
    })

    const send = async (words: string, kind: 'text' | 'command' = 'text'): Promise<string> => {
      const id = `m_c${String(count++).padStart(8, '0')}`
      await team.call(null, 'message.send', {id, to: 'talker', text: words, kind})
      return id
    }
    const state = async (id: string): Promise<string> => (await team.messages()).find((message) => message.id === id)!.state
    const becomes = (id: string, wanted: string) => team.until(async () => (await state(id)) === wanted, `${id} ${wanted}`, 90_000)
    const times = (id: string): number => team.heard('talker').filter((each) => messageIdsIn(each).includes(id)).length
    const draft = (): string => {
      const reading = readClaudeScreen(team.screen('talker'), Date.now())
      return 'draft' in reading ? (reading.draft ?? '') : ''
    }
    const kill = async (): Promise<void> => {
      const {pid} = team.agent('talker').run!.process!
      process.kill(pid, 'SIGKILL')
      // The third restart in a row comes after two minutes.
      await team.until(() => (team.agent('talker').run?.process?.pid ?? pid) !== pid, 'the next run', 180_000)
    }

    it('killed between enqueue and absorption it loses nothing: the message reaches the next run, once', async () => {
      const work = held('Done at last.')
      model.add({match: 'HELD-MARK', withTool: 'Bash', times: 1, answer: work.answer})
      const first = await send('HELD-MARK think about it')
      await model.waitFor(({lastUserText}) => lastUserText.includes(first), 60_000)
      await becomes(first, 'acknowledged')
      const lost = await send('it was only in the queue')
      await becomes(lost, 'submitted')
      expect(times(lost)).to.equal(0)
      await kill()
      await becomes(lost, 'acknowledged')
      expect([times(first), times(lost)]).to.deep.equal([1, 1])
      const {offers} = (await team.messages()).find(({id}) => id === lost)!
      expect(offers).to.equal(2)
    })

    it(`takes ${MESSAGES} of mixed size while it works, idles, compacts and restarts: each receipt is a line of its transcript`, async () => {
      const texts = difficultTexts(team.sandbox.path('must-not-be'))
      const ids: string[] = []
      const commands: string[] = []
      for (let number = 0; number < MESSAGES; number++) {
        const phase = number % 20
        if (phase === 3 || phase === 13) ids.push(await send('SLOW-MARK work on this'))
        if (phase === 7) commands.push(await send('/compact', 'command'))
        if (phase === 8) await team.until(async () => (await state(commands.at(-1)!)) !== 'accepted', 'the compaction', 90_000)
        // Three restarts are what orch grants an agent.
        if (phase === 16 && number < 60) await kill()
        ids.push(await send(texts[number % texts.length]!))
        await sleep(phase < 10 ? 300 : 1_200)
      }
      await team.until(
        async () => (await team.messages()).every((message: Message) => ['acknowledged', 'dead', 'expired'].includes(message.state)),
        'the last receipt',
        120_000 + MESSAGES * 3_000,
      )
      const messages = new Map((await team.messages()).map((message) => [message.id, message]))
      const figures = {
        sent: ids.length,
        acknowledged: ids.filter((id) => messages.get(id)?.state === 'acknowledged').length,
        heardOnce: ids.filter((id) => times(id) === 1).length,
        heardTwice: ids.filter((id) => times(id) > 1).length,
        merged: team.heard('talker').filter((each) => messageIdsIn(each).length > 1).length,
        commands: commands.filter((id) => messages.get(id)?.state === 'acknowledged').length,
        restarts: team.agent('talker').restarts,
      }
      console.log(
        `      ${Object.entries(figures)
          .map(([name, value]) => `${name} ${value}`)
          .join(' · ')}`,
      )
      expect(figures).to.include({acknowledged: ids.length, heardOnce: ids.length, heardTwice: 0, merged: 0, commands: commands.length})
    })

    it('takes out of its composer what it has read already, also where a mark stands for the text, and gives it the next message', async () => {
      const lines = 'one\ntwo\nthree\nfour\nfive'
      for (const words of [lines, 'A plain sentence.']) {
        const read = await send(words)
        await becomes(read, 'acknowledged')
        await team.until(() => team.agent('talker').state === 'idle', 'rest')
        team.paste('talker', `[orch ${read} from person] ${words}`)
        const shown = words === lines ? /^\[Pasted text #\d+ \+4 lines\]$/ : new RegExp(`^\\[orch ${read} `)
        await team.until(() => shown.test(draft()), 'the draft')
        const next = await send('next')
        await becomes(next, 'acknowledged')
        expect([times(read), times(next)]).to.deep.equal([1, 1])
      }
    })

    it('has the tools of orch, which act as it and nobody else', async () => {
      const call = (name: string, input: object) =>
        ({kind: 'tool', name: `mcp__orch__${name}`, input: input as Record<string, unknown>}) as const
      model.add({
        match: 'USE-TOOLS',
        withTool: 'mcp__orch__send',
        answer: call('send', {to: 'orchestrator', text: 'by way of a tool'}),
        times: 1,
      })
      model.add({match: 'by way of a tool', withTool: 'Bash', answer: text('Thank you.')})
      await send('USE-TOOLS')
      await team.until(
        async () => (await team.messages()).some(({text: words, state: how}) => words === 'by way of a tool' && how === 'acknowledged'),
        'the message of the tool',
        60_000,
      )
      const sent = (await team.messages()).find(({text: words}) => words === 'by way of a tool')!
      expect(sent).to.include({from: team.agent('talker').id, sender: 'talker', to: team.agent('orchestrator').id})
    })
  })
}
