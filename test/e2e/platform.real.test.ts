import {cpSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs'
import {join} from 'node:path'
import {expect} from 'chai'
import {eventually} from '../contract/eventually.js'
import {pasteExample} from '../support/documented-plugin.js'
import {ROOT, Sandbox} from '../support/sandbox.js'

interface Event {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

interface Status {
  readonly needsYou: readonly {readonly what: string}[]
}

const DEVELOPER = `
steps:
  - run: [sh, -c, 'printf %s "$GREETING" > greeting.txt']
  - commit: Greet
  - run: [touch, RESTART]
  - expect: {from: orch-plugin-steward, contains: started again}
  - run: [rm, RESTART]
  - done: greeted
`

/** Plugins of outsiders, each in a folder of its own, with a real team of rehearsal agents. */
describe('a plugin that works with projects', function () {
  this.timeout(180_000)
  let sandbox: Sandbox
  let repository: string

  before(() => {
    sandbox = new Sandbox()
    repository = sandbox.repository()
    const steward = sandbox.path('steward')
    pasteExample(steward, 'A plugin that watches projects')
    // As `npm install --save-dev` leaves it.
    mkdirSync(join(steward, 'node_modules', '@orch'), {recursive: true})
    symlinkSync(join(ROOT, 'plugins', 'kit'), join(steward, 'node_modules', '@orch', 'plugin-kit'))
    const greeting = sandbox.path('greeting')
    cpSync(join(ROOT, 'test', 'fixtures', 'plugins', 'api-1'), greeting, {recursive: true})
    const plugins = [
      {type: 'link', name: 'orch-plugin-steward', root: steward},
      {type: 'link', name: 'orch-plugin-greeting', root: greeting},
    ]
    sandbox.write('data/package.json', JSON.stringify({name: 'orch', oclif: {schema: 1, plugins}}))
    sandbox.write('scripts/developer.yaml', DEVELOPER)
    const settings = {steward: {diary: sandbox.path('diary.txt')}, rehearsal: {scripts: sandbox.path('scripts')}}
    sandbox.write('config/.orchrc.json', JSON.stringify(settings))
  })
  after(() => sandbox.remove())

  const run = (...more: string[]) => {
    const spec = sandbox.write('repo/spec.md', '# A thing\n\n- [ ] Do it\n')
    const args = [
      'run',
      spec,
      '--project',
      repository,
      '--name',
      'thing',
      '--agent',
      'rehearsal',
      '--roles',
      'developer',
      '--yes',
      '--wait',
    ]
    return sandbox.json<{state: string; id: string}>([...args, ...more])
  }

  it('of API 1 or 2 is loaded whole', async () => {
    for (const name of ['steward', 'greeting'])
      expect((await sandbox.json<{fits: boolean}>(['plugin', 'check', sandbox.path(name)])).data, name).to.include({fits: true})
  })

  it('sees what a real team does, with the settings of the project', async () => {
    const {data, error} = await run()
    expect(data?.state, JSON.stringify(error)).to.equal('completed')
    const readDiary = () => readFileSync(sandbox.path('diary.txt'), 'utf8').split('\n')
    const diary = readDiary()
    expect(diary).to.include.members(['thing: developer is starting', 'thing: developer is working', `${data.id} is completed`])
    const need = 'orch-plugin-steward: developer asked to be started again'
    // Plugins hear of needs within a second, which the end of the run does not wait for.
    await eventually(() => expect(readDiary()).to.include.members([`needed: ${need}`, `settled: ${need}`]))
  })

  it('acts by a rule of its own, and every event of that names it', async () => {
    const {stdout} = await sandbox.orch(['events', 'thing', '--json'])
    const events = stdout.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Event] : []))
    const acts = events.filter(({data}) => data?.['plugin'] === 'orch-plugin-steward')
    expect(acts.map(({type, data}) => [type, data['step'] ?? data['kind'] ?? data['why']])).to.deep.equal([
      ['agent.restart', 'its worktree has a file RESTART'],
      ['need', 'open'],
      ['message.state', 'system'],
      ['need', 'over'],
    ])
  })

  it('of API 1 does all it did: its hooks, check and template', async () => {
    const {integrationBranch} = (await sandbox.json<{projects: {integrationBranch: string}[]}>(['status', 'thing'])).data.projects[0]!
    expect(sandbox.git(repository, 'show', `${integrationBranch}:greeting.txt`)).to.equal('hello developer')
    expect((await sandbox.orch(['doctor'])).stdout).to.include('greeting: says hello')
    expect((await sandbox.orch(['team', 'list'])).stdout).to.match(/^game +greeting/m)
    expect((await sandbox.orch(['hooks'])).stdout).to.match(/^beforeMerge .*orch-plugin-greeting$/m)
  })

  it('leaves nothing for a person to do', async () => {
    expect((await sandbox.json<Status>(['status'])).data.needsYou).to.deep.equal([])
  })
})
