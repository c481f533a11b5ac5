import {mkdir, readFile, rm, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {FakeClock, FakeRunner, MemoryLogger} from '@orch/plugin-kit/testing'
import {readEntry} from '../../plugins/git-worktrees/src/files/read-entry.js'
import {readReason, writeMark} from '../../plugins/git-worktrees/src/worktree/mark.js'
import {FileLock} from '../../plugins/claude-oauth/src/ledger/file-lock.js'
import {SystemHost} from '../../plugins/claude-oauth/src/ledger/host.js'
import {readLedger} from '../../plugins/claude-oauth/src/ledger/ledger-document.js'
import {accountOf, withToken} from '../../plugins/claude/src/launch/credentials.js'
import {ClaudeConfigFile} from '../../plugins/claude/src/trust/config-file.js'
import {installAgentPrograms} from '../../src/adapters/agent-programs.js'
import {FileEventLog} from '../../src/adapters/event-log.js'
import {JsonDocument} from '../../src/adapters/json-document.js'
import {readLoaded} from '../../src/adapters/loaded-files.js'
import {openFileLogger} from '../../src/adapters/logger.js'
import {MessageArchive} from '../../src/adapters/message-archive.js'
import {AjvValidator} from '../../src/adapters/schema-validator.js'
import {allowRestarts, announceReplacement, holdRestarts, isBeingReplaced, stoppedAt} from '../../src/adapters/stop-mark.js'
import type {LoggedEvent} from '../../src/domain/event.js'
import {readInput} from '../../src/view/read-input.js'
import {eventually} from '../contract/eventually.js'
import {aMessage} from '../support/builders.js'
import {failureOf, refusal} from '../support/failure.js'
import {HOSTILE_PLACES} from '../support/hostile-places.js'
import {useTemporaryFolder} from '../support/temporary-folder.js'

const NO_FILE = /named pipe|kernel makes up|a folder|circle|larger than/
const ROOT = new URL('../../', import.meta.url).pathname

describe('hostile files in the place of orch’s own', () => {
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)

  for (const {what, put} of HOSTILE_PLACES) {
    const isTooLarge = what === 'a file of 5 GB'

    it(`are refused by name as the OAuth ledger and its lock: ${what}`, async () => {
      const clock = new FakeClock()
      await put(at('ledger.json'))
      await put(at('ledger.json.lock'))
      const locked = new FileLock({path: at('ledger.json.lock'), host: new SystemHost(clock, new FakeRunner()), clock, patienceMs: 0})
      for (const [name, work] of [
        ['ledger.json', readLedger(at('ledger.json'))],
        ['ledger.json.lock', locked.hold(async () => {})],
      ] as const)
        expect((await failureOf(work)).message)
          .to.match(NO_FILE)
          .and.include(`move ${at(name)} away`)
    })

    it(`are refused by name as files of Claude Code: ${what}`, async () => {
      for (const name of ['.claude.json', 'token', '.credentials.json']) await put(at(name))
      const env = {HOME: at('home'), CLAUDE_CONFIG_DIR: folder()}
      expect((await refusal('ORCH_STATE', new ClaudeConfigFile(env, new FakeClock()).read())).message).to.match(NO_FILE)
      const settings = {tokenFile: at('token'), apiKeyHelper: null, env: {}}
      expect((await refusal('ORCH_STATE', withToken({}, settings))).message).to.match(NO_FILE)
      for (const tokenFile of [at('token'), null]) expect((await accountOf(env, {...settings, tokenFile})).id).to.match(/^claude-/)
    })

    it(`make room for the event log, which goes on: ${what}`, async () => {
      await mkdir(at('p_1'))
      await put(at('p_1/events.jsonl'))
      const log = new FileEventLog(folder())
      const event: LoggedEvent = {at: 1, project: 'p_1', revision: 1, type: 'incident', agent: null, data: {}}
      const read = async () => {
        const events: LoggedEvent[] = []
        for await (const each of log.read('p_1')) events.push(each)
        return events
      }
      expect(await read()).to.deep.equal([])
      await log.append('p_1', [event])
      expect(await read()).to.deep.equal([event])
    })

    it(`make room for the archive of messages: ${what}`, async () => {
      await mkdir(at('p_1'))
      await put(at('p_1/messages.jsonl'))
      const archive = new MessageArchive(folder())
      expect((await refusal('ORCH_FILE', archive.read('p_1'))).message).to.match(NO_FILE)
      await archive.append('p_1', [aMessage()])
      if (!isTooLarge) expect(await archive.read('p_1')).to.deep.equal([aMessage()])
    })

    it(`are no generation of a record: ${what}`, async () => {
      const open = () =>
        new JsonDocument<{text: string}>({
          path: at('note.json'),
          schema: {type: 'object', required: ['text'], properties: {text: {type: 'string'}}},
          schemas: new AjvValidator(),
          logger: new MemoryLogger(),
        })
      await open().write({text: 'one'})
      await open().write({text: 'two'})
      await rm(at('note.json'))
      await put(at('note.json'))
      const {value, fallback} = await open().load()
      expect([value, fallback !== null]).to.deep.equal([{text: 'one'}, true])
      expect(await readFile(at('note.json'), 'utf8')).to.equal('{"text":"one"}\n')
      for (const name of ['note.json', 'note.json.previous']) {
        await rm(at(name))
        await put(at(name))
      }
      await refusal('ORCH_STATE', open().load())
    })

    it(`are no programs of agents, and no record of what was loaded: ${what}`, async () => {
      const programs = await installAgentPrograms(at('bin'), ROOT, {}, folder())
      for (const name of ['hook.sh', 'alive.sh', 'start.js', 'restart.js', 'watchdog.sh', 'own-file.js', 'supervisor.json']) {
        await rm(at(`bin/${name}`))
        await put(at(`bin/${name}`))
      }
      expect(await programs.isIntact()).to.equal(false)
      await programs.restore()
      expect(await programs.isIntact()).to.equal(true)
      expect(await readFile(at('bin/hook.sh'), 'utf8')).to.equal(await readFile(join(ROOT, 'bin/hook.sh'), 'utf8'))
      await put(at('loaded.json'))
      expect(readLoaded(folder(), ROOT)).to.equal(null)
    })

    if (!isTooLarge)
      it(`make room for the supervisor’s log: ${what}`, async () => {
        await put(at('supervisor.log'))
        const {logger, file, close} = openFileLogger(at('supervisor.log'))
        logger.info('lost')
        expect(await file.isIntact()).to.equal(false)
        await file.restore()
        logger.info('kept')
        await eventually(async () => expect(await readFile(at('supervisor.log'), 'utf8')).to.include('"kept"'))
        await close()
      })

    it(`do not keep a person’s stop from being noted: ${what}`, async () => {
      await put(at('.stopped'))
      await holdRestarts(folder())
      expect((await stat(at('.stopped'))).isFile()).to.equal(true)
      expect(await stoppedAt(folder())).to.be.a('number')
      await put(at('.replaced'))
      await announceReplacement(folder())
      expect(await isBeingReplaced(folder())).to.equal(true)
      await allowRestarts(folder())
      expect([await isBeingReplaced(folder()), await stoppedAt(folder())]).to.deep.equal([false, null])
    })

    it(`are not the text of a message: ${what}`, async () => {
      await put(at('text.md'))
      expect((await refusal('ORCH_USAGE', readInput(at('text.md')))).message).to.match(NO_FILE)
    })

    it(`are no file of a git directory: ${what}`, async () => {
      await put(at('locked'))
      expect(await readEntry(at('locked'))).to.equal(null)
    })
  }

  it('do not keep a worktree from being marked', async () => {
    await HOSTILE_PLACES[0]!.put(at('locked.orch'))
    await writeMark(folder(), {kind: 'ready', branch: 'orch/x'})
    expect(await readReason(folder())).to.equal('orch: worktree of orch/x')
    expect((await stat(at('locked'))).isFile()).to.equal(true)
  })
})
