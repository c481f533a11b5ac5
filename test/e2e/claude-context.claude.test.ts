import {readFileSync} from 'node:fs'
import {basename} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {messageIdsIn} from '../../src/domain/letter-text.js'
import {gateBinaries, requireClaude} from '../support/claude-binary.js'
import {approveClaudeKey, CLAUDE_KEY, claudeEnvironment} from '../support/claude-sandbox.js'
import {filling, held, ModelServer, slow, text, tool} from '../support/model-server/index.js'
import {TalkTeam} from '../support/talk-team.js'
import type {Message} from '../../src/domain/model/message.js'

/** Tokens at which Claude Code compacts by itself here, and what the model says of a context near them. */
const WINDOW = {CLAUDE_CODE_AUTO_COMPACT_WINDOW: '100000'}
const NEARLY_FULL = 99_000
/** Of the million its own window holds. */
const WORTH_A_WARNING = 850_000
/** What Claude Code asks the model for when it compacts. */
const SUMMARY = /your task is to create a detailed summary/i
/** A look at the health of all agents: that is when one is told again who it is. */
const LOOK_SECONDS = 0.5

for (const binary of gateBinaries()) {
  describe(`the context of Claude Code ${binary.version}`, function () {
    this.timeout(180_000)
    let team: TalkTeam
    let model: ModelServer

    before(function () {
      requireClaude(this, binary)
    })

    const open = async (env: Readonly<Record<string, string>> = {}) => {
      model = await ModelServer.start([{match: 'OLD-MARK', withTool: 'Bash', answer: text('I keep OLD-ANSWER in mind.')}])
      model.add({match: SUMMARY, answer: slow('<summary>It was about SUMMARY-MARK.</summary>', 3_000)})
      team = new TalkTeam(['talker'], null, {
        ...(await claudeEnvironment(binary, model)),
        ANTHROPIC_API_KEY: CLAUDE_KEY,
        ORCH_CONFIG_CLAUDE__ENV: JSON.stringify(env),
        ORCH_CONFIG_CLAUDE__START_GAP_SECONDS: '0',
      })
      approveClaudeKey(team.sandbox)
      team.sandbox.write('config/.orchrc.json', JSON.stringify({health: {lookSeconds: LOOK_SECONDS}}))
      await team.start()
      await isIdle()
    }

    afterEach(async function () {
      if (this.currentTest?.isFailed()) {
        console.error((await team.sandbox.orch(['events'])).stdout.split('\n').slice(-60).join('\n'))
        console.error(team.screen('talker'))
      }
      await team.sandbox.remove()
      await model.stop()
    })

    const isIdle = () => team.until(() => team.agent('talker').state === 'idle', 'rest', 60_000)
    const send = async (words: string, ...flags: string[]): Promise<string> => {
      const {data, error} = await team.sandbox.json<{id: string}>(['send', `${team.id}:talker`, words, ...flags])
      if (!data) throw new Error(JSON.stringify(error))
      return data.id
    }
    const message = async (id: string): Promise<Message> => (await team.messages()).find((each) => each.id === id)!
    const becomes = (id: string, wanted: string) => team.until(async () => (await message(id))?.state === wanted, `${id} ${wanted}`, 60_000)
    const times = (id: string): number => team.heard('talker').filter((each) => messageIdsIn(each).includes(id)).length
    const rebriefs = async (why: string): Promise<Message[]> =>
      (await team.messages()).filter(
        ({from, to, text: words}) => from === 'orch' && to === team.agent('talker').id && words.startsWith(why),
      )

    /** It is told again who it is, once, and nothing follows it; what it was told leads to its role. */
    const isRebriefedOnce = async (why: string) => {
      await team.until(async () => (await rebriefs(why)).some(({state}) => state === 'acknowledged'), 'the re-brief', 60_000)
      await isIdle()
      await sleep(4 * LOOK_SECONDS * 1_000)
      const told = await rebriefs(why)
      expect(told.map(({state}) => state)).to.deep.equal(['acknowledged'])
      expect(times(told[0]!.id)).to.equal(1)
      const asked = await model.waitFor(({lastUserText}) => lastUserText.includes(told[0]!.id), 1_000)
      // Its role is where no compaction reaches, and in the file it is sent to.
      expect(asked.system).to.include('# You are talker')
      expect(readFileSync(/Read (\S+)/.exec(told[0]!.text)![1]!, 'utf8')).to.include('you are talker')
      return asked
    }

    it('compacted on behalf of somebody: told once who it is; what comes meanwhile is read once', async () => {
      await open()
      await becomes(await send('OLD-MARK'), 'acknowledged')
      const command = await send('/compact', '--command')
      await model.waitFor(({lastUserText}) => SUMMARY.test(lastUserText), 60_000)
      const meanwhile = await send('said while it compacts')
      await becomes(command, 'acknowledged')
      await becomes(meanwhile, 'acknowledged')
      const asked = await isRebriefedOnce('Your context was compacted.')
      expect(asked.conversation).to.include('SUMMARY-MARK')
      expect(times(meanwhile)).to.equal(1)
      expect((await message(meanwhile)).offers).to.equal(1)
    })

    it('compacting by itself in the middle of the work: told once, though the supervisor was killed; its queue survives', async () => {
      await open(WINDOW)
      await becomes(await send('OLD-MARK'), 'acknowledged')
      model.add({match: 'FULL-MARK', withTool: 'Bash', times: 1, answer: filling('Nearly full.', NEARLY_FULL, 2_000)})
      const full = await send('FULL-MARK')
      await model.waitFor(({lastUserText}) => lastUserText.includes(full), 60_000)
      const queued = await send('said before it compacts')
      await model.waitFor(({lastUserText}) => SUMMARY.test(lastUserText), 60_000)
      expect(team.killSupervisor()).to.equal(true)
      const meanwhile = await send('said while it compacts')
      await becomes(queued, 'acknowledged')
      await becomes(meanwhile, 'acknowledged')
      expect((await isRebriefedOnce('Your context was compacted.')).conversation).to.include('SUMMARY-MARK')
      expect([times(queued), times(meanwhile)]).to.deep.equal([1, 1])
    })

    it('cleared by a person: told once who it is, and goes on in the new conversation, after a crash too', async () => {
      await open()
      const old = team.agent('talker').conversation
      const before = await send('OLD-MARK')
      await team.until(async () => ['submitted', 'acknowledged'].includes((await message(before)).state), 'its receipt', 60_000)
      await isIdle()
      team.type('talker', '/clear')
      await team.until(() => team.screen('talker').includes('/clear'), 'the command')
      team.press('talker', 'Enter')
      await team.until(() => team.agent('talker').conversation !== old, 'the new conversation', 60_000)
      const after = await send('said after the clear')
      await becomes(before, 'acknowledged')
      await becomes(after, 'acknowledged')
      expect((await isRebriefedOnce('Your conversation was cleared.')).conversation).to.not.include('OLD-ANSWER')
      const {conversation, transcript, run} = team.agent('talker')
      expect(basename(transcript!.path)).to.equal(`${conversation}.jsonl`)
      process.kill(run!.process!.pid, 'SIGKILL')
      await team.until(() => (team.agent('talker').run?.process?.pid ?? run!.process!.pid) !== run!.process!.pid, 'the next run', 60_000)
      const resumed = await model.waitFor(({conversation: said}) => said.includes('started again after an interruption'), 60_000)
      expect(resumed.conversation).to.include(after).and.not.include('OLD-ANSWER')
      expect(team.agent('talker').conversation).to.equal(conversation)
    })

    it('handed over to a fresh conversation: its notes are in the briefing, and what was only queued is read there, once', async () => {
      await open()
      const old = team.agent('talker').conversation
      const write = 'printf "NOTES-MARK: half of it is done" > "$ORCH_NOTES" && echo WRITTEN'
      model.add({match: 'Write your notes into', withTool: 'Bash', times: 1, answer: tool('Bash', {command: write, description: 'x'})})
      model.add({match: 'OLD-MARK', withTool: 'Bash', times: 1, answer: filling('I keep OLD-ANSWER in mind.', WORTH_A_WARNING)})
      const before = await send('OLD-MARK')
      await becomes(before, 'acknowledged')
      await model.waitFor(({lastUserText}) => lastUserText.includes('WRITTEN'), 60_000)
      await isIdle()
      model.add({match: 'LONG-MARK', withTool: 'Bash', times: 1, answer: held('Late.').answer})
      const long = await send('LONG-MARK')
      await becomes(long, 'acknowledged')
      const queued = await send('said just before the hand-over')
      await becomes(queued, 'submitted')
      expect((await team.sandbox.orch(['agent', 'restart', team.id, 'talker', '--fresh'])).code).to.equal(0)
      const first = await model.waitFor(({conversation}) => conversation.includes('You take over from an earlier conversation'), 60_000)
      expect(first.system).to.include('NOTES-MARK: half of it is done')
      expect(first.conversation).to.not.include('OLD-ANSWER')
      await becomes(queued, 'acknowledged')
      expect(times(queued)).to.equal(1)
      expect(times(before)).to.equal(0)
      expect(team.agent('talker').conversation).to.not.equal(old)
    })
  })
}
