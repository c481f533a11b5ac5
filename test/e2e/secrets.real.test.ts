import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs'
import {join, relative} from 'node:path'
import {expect} from 'chai'
import {Sandbox} from '../support/sandbox.js'

const KEY = 'canary-4f1c-key'
const UNPASSED = 'canary-9d27-unpassed'
const IN_SPEC = 'canary-77ab-spec'
/** Commands whose answers come from the supervisor. */
const ANSWERS = ['status --all', 'report', 'events', 'messages', 'mcp', 'plan SPEC', 'config show', 'doctor', 'hooks', 'logs developer']

describe('secrets of a run', function () {
  this.timeout(150_000)
  const sandbox = new Sandbox({ANTHROPIC_API_KEY: KEY, CLAUDE_CODE_OAUTH_TOKEN: `${KEY}-token`, MYSECRET: UNPASSED})

  before(function () {
    if (!existsSync('/proc/self/cmdline')) this.skip()
  })
  after(() => sandbox.remove())

  it('stand in no argv, log, answer or file but the private one that agents get them from', async () => {
    const spec = sandbox.write('spec.md', `# A thing\n\nThe password of the test account is ${IN_SPEC}.\n\n- [ ] Do it\n`)
    const team = ['--agent', 'rehearsal', '--planner', 'outline', '--roles', 'developer', '--accept', 'git --version']
    const argvs = new Set<string>()
    const sampling = setInterval(() => commandLines().forEach((line) => argvs.add(line)), 20)
    const {data, error} = await sandbox
      .json<{id: string; state: string}>(['run', spec, '--project', sandbox.repository(), ...team, '--yes', '--wait', '--timeout', '120s'])
      .finally(() => clearInterval(sampling))
    expect(data?.state, JSON.stringify(error)).to.equal('completed')

    expect(argvs.size).to.be.greaterThan(5)
    expect([...argvs].filter(hasSecret)).to.deep.equal([])

    const files = filesBelow(sandbox.path('data'))
    const holding = (secret: string) =>
      files.filter((file) => read(file).includes(secret)).map((file) => relative(sandbox.path('data'), file))
    expect(holding(KEY)).to.deep.equal([join('projects', data.id, 'env.json')])
    expect(holding(UNPASSED)).to.deep.equal([])
    expect(holding(IN_SPEC)).to.include(join('projects', data.id, 'spec.md'))
    for (const file of [...holding(KEY), ...holding(IN_SPEC)]) {
      expect(statSync(sandbox.path('data', file)).mode & 0o077, file).to.equal(0)
      expect(file).to.not.match(/^logs\//)
    }
    for (const name of ['', 'orch.sock', 'spool', 'logs', 'logs/supervisor.log', 'state', 'projects', 'supervisor.pid', 'lock.1'])
      expect(statSync(sandbox.path('data', name)).mode & 0o077, `mode of ${name || 'the state directory'}`).to.equal(0)
    for (const [line, text] of [
      ['environment', sandbox.tmux('show-environment', '-g')],
      ['messages', sandbox.tmux('show-messages')],
      ['panes', sandbox.tmux('list-panes', '-a', '-F', '#{pane_start_command} #{pane_current_command}')],
    ] as const)
      expect(hasSecret(text), line).to.equal(false)
    for (const answer of ANSWERS) {
      const {stdout, stderr} = await sandbox.orch([...answer.replace('SPEC', spec).split(' '), '--json'])
      expect(stdout + stderr, answer)
        .to.not.include(KEY)
        .and.not.include(UNPASSED)
    }
  })

  const hasSecret = (text: string) => [KEY, UNPASSED, IN_SPEC].some((secret) => text.includes(secret))
})

/** argv of every process that can be read, by /proc/PID/cmdline (proc(5)). */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8')]
      } catch {
        return []
      }
    })
}

/** A record that is replaced meanwhile is read under its own name. */
function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if (file.endsWith('.tmp') && !existsSync(file)) return Buffer.alloc(0)
    throw error
  }
}

/** Regular files below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, {withFileTypes: true, recursive: true})
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
