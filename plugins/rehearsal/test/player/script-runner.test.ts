import {expect} from 'chai'
import type {Actions} from '../../src/player/actions.js'
import {newProgress, type Progress} from '../../src/player/progress.js'
import {ScriptRunner} from '../../src/player/script-runner.js'
import type {Faults} from '../../src/options.js'
import {readOptions} from '../../src/options.js'
import {parseScript} from '../../src/script/load-script.js'
import {ajvSchemas} from '../support/ajv-schemas.js'
import {Ended, RecordingStage} from '../support/recording-stage.js'

const FIRST = 'Read the briefing.'
const QUIET = new AbortController().signal

class Play {
  readonly stage = new RecordingStage()
  readonly queued: string[] = []
  readonly wakes: number[] = []
  saved = ''
  readonly runner: ScriptRunner

  constructor(yaml: string, faults: Partial<Faults> = {}, progress: Progress = newProgress()) {
    const note = (kind: string) => async (args: object) => {
      this.stage.events.push(`${kind} ${Object.values(args).join(' ')}`)
      if (JSON.stringify(args).includes('broken')) throw new Error('it is broken')
    }
    const plain = ['think', 'say', 'write', 'append', 'run', 'commit', 'send', 'ask', 'done', 'fail', 'dialog'] as const
    const actions = {
      ...Object.fromEntries(plain.map((kind) => [kind, note(kind)])),
      crash: async ({code = 1}) => this.stage.crash({code}),
      exit: async ({code = 0}) => this.stage.leave(code),
      hang: async () => this.stage.hang(),
    } as unknown as Actions
    this.runner = new ScriptRunner({
      script: parseScript('s.yaml', yaml, ajvSchemas()),
      progress,
      save: (next) => {
        this.saved = JSON.stringify(next)
      },
      actions,
      repair: async (_, reason) => void this.stage.events.push(`repair ${reason}`),
      stage: this.stage,
      faults: {...readOptions({}, ajvSchemas()).faults, ...faults},
      firstPrompt: FIRST,
      takeQueued: () => this.queued.splice(0),
      wakeAfter: (ms) => this.wakes.push(ms),
    })
  }

  turn(prompt: string | null = FIRST) {
    return this.runner.turn(prompt, QUIET)
  }

  /** What another run would take up. */
  get progress(): Progress {
    return JSON.parse(this.saved) as Progress
  }

  get happened(): string[] {
    return this.stage.events
  }
}

describe('ScriptRunner', () => {
  it('plays a script once; later prompts are only received', async () => {
    const play = new Play('steps:\n  - say: a\n  - send: {to: tester, text: b}\n')
    expect(await play.turn()).to.deep.equal({how: 'stopped', text: 'That was all. I stay here for messages.'})
    expect(await play.turn('[orch m_1 from tester] hi')).to.deep.equal({how: 'stopped', text: 'Received. There is nothing left to do.'})
    expect(play.happened.filter((event) => !event.startsWith('say '))).to.deep.equal(['send tester b'])
  })

  it('waits for an expected message and takes each only once', async () => {
    const play = new Play('steps:\n  - expect: {from: tester}\n  - say: one\n  - expect: {from: tester, contains: "#2"}\n  - say: two\n')
    await play.turn()
    expect(play.happened).to.deep.equal(['say Waiting for a message from tester.'])
    await play.turn('[orch m_1 from test-runner] not you')
    await play.turn('[orch m_2 from developer] from tester? no\nfrom tester')
    expect(play.happened.join()).to.not.contain('say one')
  })

  it('takes a message that came before it was expected, during another step', async () => {
    const play = new Play('steps:\n  - say: working\n  - expect: {from: tester, contains: names}\n  - say: got it\n')
    play.queued.push('[orch m_1 from tester] the names')
    await play.turn()
    expect(play.happened).to.include('say got it')
  })

  it('gives an awaited message up in time, and says so to orch', async () => {
    const play = new Play('steps:\n  - expect: {contains: x, timeoutMs: 500}\n  - say: never\n')
    await play.turn()
    expect(play.wakes).to.deep.equal([500])
    play.stage.at += 500
    await play.turn(null)
    expect(play.happened.at(-2)).to.equal('fail rehearsal: the step expect, line 2 of the script failed: a message with "x" did not come')
    expect(play.happened).to.not.include('say never')
  })

  it('plays onRejected for each rejection, between the steps of the script', async () => {
    const play = new Play('steps:\n  - done: one\n  - say: after\nonRejected:\n  - commit: mend\n  - done: again\n')
    play.queued.push('[orch m_1 from orch] [orch:rejected] 1 path')
    await play.turn()
    await play.turn('[orch m_2 from orch] [orch:rejected] tests fail')
    expect(play.happened.filter((event) => !event.startsWith('say That'))).to.deep.equal([
      ...['done one', 'commit mend', 'done again', 'say after', 'commit mend', 'done again'],
    ])
  })

  it('repairs what it can when the script does not say what to do', async () => {
    const play = new Play('steps:\n  - done: one\n')
    await play.turn()
    await play.turn('[orch m_1 from orch] [orch:rejected] why')
    expect(play.happened).to.include('repair [orch m_1 from orch] [orch:rejected] why')
  })

  it('gives a rejection to the step that awaits it', async () => {
    const play = new Play('steps:\n  - expect: {contains: "[orch:rejected]"}\n  - say: as foreseen\n')
    await play.turn()
    await play.turn('[orch m_1 from orch] [orch:rejected] why')
    expect(play.happened).to.include('say as foreseen')
    expect(play.happened.join()).to.not.contain('repair')
  })

  it('ends with a failed step, unless it may fail', async () => {
    const play = new Play('steps:\n  - run: {argv: [broken], allowFailure: true}\n  - say: on\n  - run: [broken]\n  - say: never\n')
    await play.turn()
    expect(play.happened).to.include('say on')
    expect(play.happened).to.include('fail rehearsal: the step run, line 4 of the script failed: it is broken')
    expect(play.happened).to.not.include('say never')
  })

  it('is limited from a step until a time', async () => {
    const play = new Play('steps:\n  - say: a\n  - limit: {resetsInMs: 100}\n  - say: b\n')
    expect((await play.turn()).how).to.equal('limited')
    expect((await play.turn('go on')).how).to.equal('limited')
    play.stage.at += 100
    expect((await play.turn('go on')).how).to.equal('stopped')
    expect(play.happened.filter((event) => event.startsWith('say') && event.length === 5)).to.deep.equal(['say a', 'say b'])
  })

  it('lets each fault happen once, also over runs', async () => {
    const yaml = 'steps:\n  - say: a\n  - say: b\n'
    const faults = {crashAfterStep: 1, exitCode: 9, hangAfterStep: 0}
    const first = new Play(yaml, faults)
    const crash = await first.turn().catch((error: unknown) => error)
    expect(crash).to.be.instanceOf(Ended).with.property('message', 'crash 9')
    expect(first.happened).to.deep.equal(['hang', 'say a'])
    const second = new Play(yaml, faults, first.progress)
    await second.turn('go on')
    expect(second.happened.slice(0, 1)).to.deep.equal(['say b'])
  })

  it('goes on behind an exit when it is resumed, and plays an interrupted step again', async () => {
    const yaml = 'steps:\n  - exit: 3\n  - say: b\n'
    const first = new Play(yaml)
    void first.turn()
    while (first.happened.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(first.happened).to.deep.equal(['leave 3'])
    const second = new Play(yaml, {}, first.progress)
    await second.turn('go on')
    expect(second.happened[0]).to.equal('say b')

    const third = new Play('steps:\n  - run: [broken]\n')
    expect(await third.runner.turn(FIRST, AbortSignal.abort())).to.deep.equal({how: 'interrupted'})
    expect(third.happened).to.deep.equal(['run broken'])
    expect(third.progress.frames).to.deep.equal([{list: 'steps', index: 0}])
  })
})
