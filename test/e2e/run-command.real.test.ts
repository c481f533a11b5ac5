import {spawnSync, type ChildProcess} from 'node:child_process'
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

interface Outcome {
  readonly id: string
  readonly state: string
  readonly reason: string | null
}

interface Status {
  readonly projects: readonly (Outcome & {readonly deadlineAt: number | null; readonly agents: readonly {readonly state: string}[]})[]
}

const SPEC = '# A thing\n\n- [ ] Do it\n'
const AGENT = ['--agent', 'rehearsal', '--roles', 'developer']

describe('orch run, new and logs from the outside', function () {
  this.timeout(180_000)
  let sandbox: Sandbox

  /** A sandbox whose developers work for so long, in milliseconds. */
  function open(workMs: number): void {
    sandbox = new Sandbox()
    sandbox.env['ORCH_CONFIG_REHEARSAL__SCRIPTS'] = sandbox.path('scripts')
    sandbox.write(
      'scripts/developer.yaml',
      `steps:\n  - think: {text: the first word, ms: ${workMs}}\n  - write: {path: a.txt, content: "a"}\n  - commit: Work\n  - done: worked\n`,
    )
  }

  afterEach(() => sandbox.remove())

  const repositoryWith = (name: string, text = SPEC) => {
    const repository = sandbox.repository(name)
    return {repository, spec: sandbox.write(`${name}/spec.md`, text)}
  }
  const projects = async () => (await sandbox.json<Status>(['status'])).data.projects
  const until = async (what: string, wanted: () => Promise<boolean>) => {
    for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) if (await wanted()) return
    expect.fail(`${what} did not come about: ${JSON.stringify(await projects())}`)
  }
  const isRunning = async () => (await projects()).some(({state}) => state === 'running')

  describe('several specifications', () => {
    it('become a project each, on their own repositories, and answer with an array', async () => {
      open(0)
      const specs = ['one', 'two'].map((name) => repositoryWith(name).spec)
      const {code, data, error} = await sandbox.json<Outcome[]>(['run', ...specs, ...AGENT, '--yes', '--wait'])
      expect(code, JSON.stringify(error)).to.equal(0)
      expect(data.map(({state}) => state)).to.deep.equal(['completed', 'completed'])
      expect(new Set(data.map(({id}) => id)).size).to.equal(2)
    })

    it('start nothing when one of them is bad, and say which', async () => {
      open(0)
      const {spec} = repositoryWith('one')
      const empty = sandbox.write('one/empty.md', '\n')
      const refused = await sandbox.json(['run', spec, empty, ...AGENT, '--yes', '--wait'])
      expect(refused.error).to.include({code: 'ORCH_SPEC_UNREADABLE'})
      expect(refused.error.message).to.include(empty)
      // A repository without a commit is found out by the last check before the start.
      sandbox.git(sandbox.folder, 'init', '--quiet', 'unborn')
      const unborn = sandbox.write('unborn/spec.md', SPEC)
      const second = await sandbox.json(['run', spec, unborn, ...AGENT, '--yes', '--wait'])
      expect(second.error).to.include({code: 'ORCH_REPOSITORY'})
      expect(second.error.message).to.include('unborn')
      expect(await projects()).to.deep.equal([])
    })

    it('exit as the worst of them', async () => {
      open(0)
      const [one, two] = [repositoryWith('one'), repositoryWith('two')]
      writeFileSync(`${two.repository}/orch.config.yaml`, 'acceptance: ["false"]\n')
      const {code, data} = await sandbox.json<Outcome[]>(['run', one.spec, two.spec, ...AGENT, '--trust-project', '--yes', '--wait'])
      expect(data.map(({state}) => state)).to.deep.equal(['completed', 'blocked'])
      expect(code).to.equal(1)
    })

    it('save every plan and exit 2 without a person to ask', async () => {
      open(0)
      const specs = ['one', 'two'].map((name) => repositoryWith(name, `# ${name}\n\n- [ ] Do it\n`).spec)
      const {code, error} = await sandbox.json(['run', ...specs, ...AGENT])
      expect(code).to.equal(2)
      const {planFile, others} = (error as unknown as {details: {planFile: string; others: string[]}}).details
      for (const file of [planFile, ...others]) expect(existsSync(file), file).to.equal(true)
      expect(others).to.have.length(1)
    })
  })

  describe('a specification that is being worked on', () => {
    it('is followed; --fresh makes another project; one that was edited is refused', async () => {
      open(6_000)
      const {spec} = repositoryWith('one')
      const first = await sandbox.json<Outcome>(['run', spec, ...AGENT, '--yes'])
      const second = await sandbox.orch(['run', spec, ...AGENT, '--yes', '--detach'])
      expect(second.stderr).to.include(first.data.id).and.include('--fresh')
      expect(await projects()).to.have.length(1)
      const fresh = await sandbox.json<Outcome>(['run', spec, ...AGENT, '--yes', '--fresh'])
      expect(fresh.data.id).not.to.equal(first.data.id)
      writeFileSync(spec, `${SPEC}- [ ] And that\n`)
      const {error} = await sandbox.json(['run', spec, ...AGENT, '--yes'])
      expect(error).to.include({code: 'ORCH_CLASH', exit: 4})
      expect(error.remedy).to.include('--resume').and.include('--fresh')
    })

    it('is refused when it was set aside, and taken up with --resume', async () => {
      open(2_000)
      const {spec} = repositoryWith('one')
      const {data} = await sandbox.json<Outcome>(['run', spec, ...AGENT, '--yes'])
      await sandbox.json(['pause', data.id])
      const {error} = await sandbox.json(['run', spec, ...AGENT, '--yes'])
      expect(error).to.include({code: 'ORCH_CLASH'})
      expect(error.message).to.include(data.id).and.include('paused')
      const resumed = await sandbox.json<Outcome>(['run', spec, '--resume', '--wait'])
      expect(resumed.data).to.include({id: data.id, state: 'completed'})
    })
  })

  it('--deadline ends the project with its agents, also after the supervisor was started again', async () => {
    open(600_000)
    const {spec} = repositoryWith('one')
    const {data} = await sandbox.json<Outcome>(['run', spec, ...AGENT, '--yes', '--deadline', '1m'])
    expect((await projects())[0]!.deadlineAt).to.be.greaterThan(Date.now())
    await sandbox.orch(['daemon', 'restart'])
    const {code, stdout} = await sandbox.orch(['run', spec, '--wait', '--json'])
    const {data: outcome} = JSON.parse(stdout) as {data: Outcome}
    expect(outcome).to.include({id: data.id, state: 'failed'})
    expect(outcome.reason).to.include('deadline')
    expect(code).to.equal(1)
    await until('the end of its agents', async () => (await projects())[0]!.agents.every(({state}) => state === 'stopped'))
  })

  it('--timeout stops waiting with 75, and the project goes on', async () => {
    open(600_000)
    const {spec} = repositoryWith('one')
    const {code, data} = await sandbox.json<Outcome>(['run', spec, ...AGENT, '--yes', '--wait', '--timeout', '6s'])
    expect(code).to.equal(75)
    expect((await projects())[0]).to.include({id: data.id, state: 'running'})
  })

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGKILL', null],
  ] as const) {
    it(`--stop-on-exit stops the project when its command ends by ${signal}`, async () => {
      open(600_000)
      const {spec} = repositoryWith('one')
      let command: ChildProcess
      const ran = sandbox.orch(['run', spec, ...AGENT, '--yes', '--wait', '--stop-on-exit'], {onStart: (child) => (command = child)})
      await until('the start', isRunning)
      command!.kill(signal)
      expect((await ran).code).to.equal(code)
      await until('the end', async () => (await projects())[0]!.state === 'cancelled')
    })
  }

  it('Ctrl-C on --wait detaches with 130, and stops nothing', async () => {
    open(600_000)
    const {spec} = repositoryWith('one')
    let command: ChildProcess
    const ran = sandbox.orch(['run', spec, ...AGENT, '--yes', '--wait'], {onStart: (child) => (command = child)})
    await until('the start', isRunning)
    command!.kill('SIGINT')
    expect((await ran).code).to.equal(130)
    expect(await isRunning()).to.equal(true)
  })

  it('logs -f and events -f show what happens, and end with the project', async () => {
    open(3_000)
    const {spec} = repositoryWith('one')
    const {data} = await sandbox.json<Outcome>(['run', spec, ...AGENT, '--yes'])
    const [logs, events] = await Promise.all([
      sandbox.orch(['logs', data.id, 'developer', '-f']),
      sandbox
        .json(['events', data.id])
        .catch(() => null)
        .then(() => sandbox.orch(['events', data.id, '-f'])),
    ])
    expect([logs.code, events.code]).to.deep.equal([0, 0])
    expect(logs.stdout).to.include('the first word')
    expect(logs.stdout.match(/the first word/g)!.length).to.be.lessThan(4)
    expect(events.stdout).to.include('→ completed').and.include('stopped')
    expect(events.stdout.match(/→ completed/g)).to.have.length(1)
  })

  it('logs -f, events -f and status --watch end on Ctrl-C with 130', async () => {
    open(600_000)
    const {spec} = repositoryWith('one')
    const {data} = await sandbox.json<Outcome>(['run', spec, ...AGENT, '--yes'])
    for (const args of [
      ['logs', data.id, '-f'],
      ['events', data.id, '-f'],
      ['status', '--watch'],
    ]) {
      let command: ChildProcess
      const ran = sandbox.orch(args, {
        onStart: (child) => {
          command = child
          child.stdout!.once('data', () => command.kill('SIGINT'))
        },
      })
      expect((await ran).code, args.join(' ')).to.equal(130)
    }
  })

  it('new makes a repository of a specification and works in it, and refuses a folder that holds anything', async () => {
    open(0)
    const spec = sandbox.write('Idea.md', SPEC)
    // Without an agent nothing is made; a plan that nobody approved leaves a repository, in which the next call works.
    expect((await sandbox.json(['new', spec, '--agent', 'nobody', '--yes'])).error).to.include({exit: 3})
    expect(existsSync(sandbox.path('a-thing'))).to.equal(false)
    expect((await sandbox.json(['new', spec, ...AGENT])).error).to.include({code: 'ORCH_PLAN_NOT_APPROVED'})
    const made = await sandbox.json<Outcome>(['new', spec, ...AGENT, '--yes', '--wait'])
    expect(made.data, JSON.stringify(made.error)).to.include({state: 'completed', name: 'a-thing'})
    const repository = sandbox.path('a-thing')
    expect(sandbox.git(repository, 'status', '--porcelain')).to.equal('')
    expect(sandbox.git(repository, 'show', 'HEAD:Idea.md')).to.equal(SPEC.trim())
    expect((await sandbox.json(['new', spec, ...AGENT, '--yes'])).error).to.include({code: 'ORCH_REFUSED', exit: 77})
    mkdirSync(sandbox.path('empty'))
    const elsewhere = await sandbox.json<Outcome>(['new', spec, '--dir', sandbox.path('empty'), ...AGENT, '--yes', '--wait'])
    expect(elsewhere.data).to.include({state: 'completed'})
    expect(spawnSync('git', ['-C', sandbox.path('empty'), 'log', '--oneline', '-1']).status).to.equal(0)
  })
})
