import {appendFile, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import {expect} from 'chai'
import type {AgentDriver, AgentSignal, HookReport, LaunchRequest, ScreenReading} from '@orch/plugin-kit'

/** What an agent driver brings along to be held to the contract. */
export interface AgentDriverSubject {
  readonly driver: AgentDriver
  /** Options that `launch` takes. */
  readonly options: Readonly<Record<string, unknown>>
  /** Reports as the agent's hooks send them, and what they mean. At least one that means `ready`, one `submitted`, one `idle`. */
  readonly reports: readonly {readonly report: HookReport; readonly means: readonly AgentSignal[]}[]
  /** Screens as the agent draws them, and what they show. At least an empty composer, a draft, a busy one, a dialog. */
  readonly screens: readonly {readonly name: string; readonly screen: string; readonly shows: ScreenReading}[]
  /** Lines of a transcript, without line ends. */
  readonly transcript: {
    readonly submitted: (text: string) => string
    readonly acknowledged: readonly ((text: string) => string)[]
    /** Of other kinds: none of them is a receipt. */
    readonly others: readonly string[]
  }
}

/** tmux takes no more than this in one command. */
const MOST_BYTES = 12 * 1024
const TEXT = '[orch m_0a from tester] two\nlines, 世界 "quoted"'

/** Every agent driver passes this suite. @param make gives a fresh subject */
export function agentDriverContract(name: string, make: () => Promise<AgentDriverSubject> | AgentDriverSubject): void {
  describe(`agent driver contract: ${name}`, () => {
    let subject: AgentDriverSubject
    let folder: string

    beforeEach(async () => {
      subject = await make()
      folder = await mkdtemp(path.join(os.tmpdir(), 'driver-contract-'))
    })

    afterEach(async () => {
      await rm(folder, {recursive: true, force: true})
    })

    const request = async (change: Partial<LaunchRequest> = {}): Promise<LaunchRequest> => {
      for (const each of ['repository', 'worktree', 'agent']) await mkdir(path.join(folder, each), {recursive: true})
      await writeFile(path.join(folder, 'briefing.md'), '# Briefing\n')
      return {
        project: {id: 'p_1', name: 'demo', repository: path.join(folder, 'repository')},
        agent: {id: 'a_1', role: 'developer', title: 'Developer'},
        run: {id: 'r_1', token: 'token-of-this-run'},
        conversation: '11111111-2222-4333-8444-555555555555',
        resume: false,
        worktree: path.join(folder, 'worktree'),
        directory: path.join(folder, 'agent'),
        briefing: path.join(folder, 'briefing.md'),
        firstPrompt: 'Read the briefing.',
        env: {PATH: '/usr/bin:/bin', HOME: folder, ORCH_TOKEN: 'token-of-this-run', ORCH_ROLE: 'developer'},
        settings: subject.options,
        options: {},
        readable: [],
        ...change,
      }
    }

    it('says who it is', () => {
      const {driver} = subject
      expect(driver.kind).to.match(/^[a-z][a-z0-9-]*$/)
      expect(driver.title).to.not.equal('')
      expect(driver.exitText).to.match(/^\S.*$/)
      expect(driver.submitDelayMs).to.be.at.least(0)
    })

    it('detects without throwing, and says what is wrong when it is not installed', async () => {
      const found = await subject.driver.detect({PATH: '/nonexistent'}, subject.options)
      if (found.installed) expect(found.version).to.be.a('string')
      else expect(found.problem, 'what to do about it').to.be.a('string')
    })

    it('launches in the worktree, with the environment given, and writes only into its own folder', async () => {
      const asked = await request()
      const {command, files, readyTimeoutMs} = await subject.driver.launch(asked)
      expect(command.argv.length, 'one word would go through a shell').to.be.at.least(2)
      expect(command.cwd).to.equal(asked.worktree)
      expect(command.env).to.include(asked.env)
      expect(readyTimeoutMs).to.be.greaterThan(0)
      for (const {path: file} of files) expect(path.relative(asked.directory, file), file).to.not.match(/^\.\.|^\//)
    })

    it('keeps the token out of argv and files, and the command small', async () => {
      const {command, files} = await subject.driver.launch(await request({firstPrompt: 'x'.repeat(20_000)}))
      expect([...command.argv, ...files.map(({content}) => content)].join('\n')).to.not.contain('token-of-this-run')
      const bytes = [...command.argv, ...Object.entries(command.env).map((pair) => pair.join('='))].join('\0').length
      expect(bytes).to.be.below(MOST_BYTES)
    })

    it('takes up a conversation again by its id, with and without a prompt', async () => {
      for (const firstPrompt of ['Go on.', null]) {
        const {command, files} = await subject.driver.launch(await request({resume: true, firstPrompt}))
        expect([...command.argv, ...files.map(({content}) => content)].join('\n')).to.contain('11111111-2222-4333-8444-555555555555')
      }
    })

    it('understands its own reports', () => {
      for (const {report, means} of subject.reports) expect(subject.driver.interpret(report), report.event).to.deep.equal(means)
      const kinds = subject.reports.flatMap(({means}) => means.map(({kind}) => kind))
      expect(kinds).to.include.members(['ready', 'transcript', 'submitted', 'working', 'idle', 'limited', 'needs-input', 'ending'])
    })

    it('makes nothing of unknown events and does not fall over damaged ones', () => {
      expect(subject.driver.interpret({event: 'EventOfTheFuture', payload: {prompt: 'x'}})).to.deep.equal([])
      for (const {report} of subject.reports) {
        for (const payload of [{}, ...Object.keys(report.payload).map((key) => ({...report.payload, [key]: 42}))]) {
          expect(subject.driver.interpret({event: report.event, payload}), report.event).to.be.an('array')
        }
      }
    })

    it('reads its own screens', () => {
      for (const {name: screenName, screen, shows} of subject.screens) {
        expect(subject.driver.readScreen(screen), screenName).to.deep.equal(shows)
        expect(subject.driver.readScreen(`${screen}\n\n\n`), `${screenName}, rows below`).to.deep.equal(shows)
      }
      expect(subject.screens.map(({shows}) => shows.what)).to.include.members(['composer', 'busy', 'dialog', 'limit'])
      expect(subject.screens.some(({shows}) => shows.what === 'composer' && shows.draft !== null)).to.equal(true)
    })

    it('knows nothing of other screens', () => {
      for (const screen of ['', '\n\n\n', '$ ', 'npm ERR! code 1\n> ', 'esc to interrupt', 'Enter to confirm?']) {
        expect(subject.driver.readScreen(screen), JSON.stringify(screen)).to.deep.equal({what: 'unknown'})
      }
    })

    it('has no answer to a dialog that it does not know', () => {
      const answers = subject.screens.flatMap(({shows}) => (shows.what === 'dialog' ? [shows.answer] : []))
      expect(answers).to.include(null)
      for (const answer of answers) if (answer) expect(answer.slice(0, -1), 'Enter only ever last').to.not.include('Enter')
    })

    describe('transcript', () => {
      let file: string

      beforeEach(() => {
        file = path.join(folder, 'transcript.jsonl')
      })

      it('is empty before it exists', async () => {
        expect(await subject.driver.readTranscript(file, null)).to.deep.equal({position: 0, signals: []})
      })

      it('yields each receipt once, over any number of readings', async () => {
        const {submitted, acknowledged, others} = subject.transcript
        const lines = [...others, submitted(TEXT), ...acknowledged.map((line) => line(TEXT)), ...others]
        const signals: AgentSignal[] = []
        let position: number | null = null
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        for (let start = 0; start < bytes.length; start += 97) {
          await appendFile(file, bytes.subarray(start, start + 97))
          const reading = await subject.driver.readTranscript(file, position)
          position = reading.position
          signals.push(...reading.signals)
        }
        expect(position).to.equal(bytes.length)
        expect(signals).to.deep.equal([{kind: 'submitted', text: TEXT}, ...acknowledged.map(() => ({kind: 'acknowledged', text: TEXT}))])
        expect((await subject.driver.readTranscript(file, null)).signals).to.deep.equal(signals)
      })

      it('leaves a torn last line for later and skips what cannot be read', async () => {
        const line = subject.transcript.acknowledged[0]!(TEXT)
        await writeFile(file, `{"damaged\nnull\n[]\n${line.slice(0, 10)}`)
        const first = await subject.driver.readTranscript(file, null)
        expect(first.signals).to.deep.equal([])
        await appendFile(file, `${line.slice(10)}\n`)
        expect((await subject.driver.readTranscript(file, first.position)).signals).to.deep.equal([{kind: 'acknowledged', text: TEXT}])
      })

      it('begins anew when the file has become shorter', async () => {
        await writeFile(file, `${subject.transcript.acknowledged[0]!(TEXT)}\n`)
        expect((await subject.driver.readTranscript(file, 1_000_000)).signals).to.have.length(1)
      })
    })
  })
}
