import {existsSync} from 'node:fs'
import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {Ajv} from 'ajv'
import type {SchemaValidator} from '@orch/plugin-kit'
import {claudeBinaries, requireClaude} from '../../../../test/support/claude-binary.js'
import {limited, ModelServer, tool, type ModelRule} from '../../../../test/support/model-server/index.js'
import {ClaudePlanner} from '../../src/planner/planner.js'
import {ClaudeWorld} from '../support/claude-world.js'
import {realPorts} from '../support/real-ports.js'

const DRAFT = {
  title: 'A clock',
  summary: 'Shows the time.',
  type: 'web application',
  technologies: ['TypeScript'],
  phases: [{name: 'Build', hours: 2, tasks: ['Draw the face', 'Move the hands']}],
  criteria: ['The time is right'],
  acceptance: ['npm test'],
  size: {size: 'small', estimatedLines: 200, complexity: 'low'},
}

/** As a model does: it ends its turn after the tool. Versions before 2.1.197 ask on until it does. */
const PLANS_ONCE: ModelRule = {withTool: 'StructuredOutput', times: 1, answer: tool('StructuredOutput', DRAFT)}

const schemas: SchemaValidator = {
  check: (schema, value) => {
    const ajv = new Ajv({strict: false})
    return ajv.validate(schema, value)
      ? []
      : (ajv.errors ?? []).map(({instancePath, message}) => ({path: [instancePath], message: message ?? ''}))
  },
}

for (const binary of claudeBinaries()) {
  describe(`planning with Claude Code ${binary.version}`, function () {
    this.timeout(120_000)
    let world: ClaudeWorld
    let model: ModelServer
    let planner: ClaudePlanner

    before(function () {
      requireClaude(this, binary)
    })
    beforeEach(async () => {
      world = await ClaudeWorld.create()
      model = await ModelServer.start()
      planner = new ClaudePlanner({...realPorts(), schemas})
    })
    afterEach(async () => {
      await world.destroy()
      await model.stop()
    })

    const outline = (over: Partial<Parameters<ClaudePlanner['outline']>[0]> = {}) =>
      planner.outline({
        spec: 'SPEC-MARK\n--version\n# A clock\nShow the time.\n',
        specPath: '/spec.md',
        repository: world.repository,
        branch: 'main',
        env: world.env(model),
        settings: {binary: binary.path!},
        onProgress: () => undefined,
        ...over,
      })

    it('makes an outline of a specification, giving the model no tools and the text as it is', async () => {
      model.add(PLANS_ONCE)
      expect(await planner.unavailable(world.env(model), {binary: binary.path!})).to.equal(null)
      const made = await outline()
      expect(made).to.deep.include({title: 'A clock', acceptance: ['npm test'], size: DRAFT.size})
      expect(made.phases[0]!.tasks).to.deep.equal([
        {id: 't1', title: 'Draw the face', done: false, line: null},
        {id: 't2', title: 'Move the hands', done: false, line: null},
      ])
      const asked = model.requests.find(({tools}) => tools.includes('StructuredOutput'))!
      // 2.1.330 adds a placeholder that does nothing.
      expect(asked.tools.filter((name) => name !== 'DeferredToolPlaceholder')).to.deep.equal(['StructuredOutput'])
      expect(asked.conversation).to.include('SPEC-MARK\n--version\n# A clock')
    })

    it('asks with a credential that only the configuration has, and without what the person set up for their own work', async () => {
      const env = Object.fromEntries(Object.entries(world.env(model)).filter(([name]) => name !== 'ANTHROPIC_API_KEY'))
      const own = join(world.home, '.claude')
      const touched = join(world.home, 'HOOK')
      const hooks = {SessionStart: [{hooks: [{type: 'command', command: `touch '${touched}'`}]}]}
      await mkdir(own, {recursive: true})
      await writeFile(join(own, 'settings.json'), JSON.stringify({hooks}))
      await writeFile(join(own, 'CLAUDE.md'), 'CLAUDE-MD-MARK\n')
      const tokenFile = join(world.home, 'token')
      await writeFile(tokenFile, 'made-up-for-tests\n')
      for (const credential of [{apiKeyHelper: 'echo made-up-for-tests'}, {tokenFile}, {env: {ANTHROPIC_API_KEY: 'made-up-for-tests'}}]) {
        const settings = {binary: binary.path!, ...credential}
        model.add(PLANS_ONCE)
        expect(await planner.unavailable(env, settings)).to.equal(null)
        expect(await outline({env, settings})).to.have.property('title', 'A clock')
      }
      expect(await planner.unavailable(env, {binary: binary.path!})).to.include('Claude Code is not logged in')
      expect(model.requests.length).to.be.at.least(3)
      for (const {conversation} of model.requests) expect(conversation).to.not.include('CLAUDE-MD-MARK')
      expect(existsSync(touched)).to.equal(false)
    })

    it('says why there is none, and does not ask again at a limit', async () => {
      model.add({answer: limited(Math.ceil(Date.now() / 3_600_000) * 3_600)})
      const progress: string[] = []
      const error: unknown = await planner
        .outline({
          spec: 'x',
          specPath: '/spec.md',
          repository: world.repository,
          branch: 'main',
          env: world.subscriberEnv(model),
          settings: {binary: binary.path!},
          onProgress: (line) => progress.push(line),
        })
        .catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'ORCH_PLANNER_FAILED')
      expect(error).to.have.property('message').that.matches(/limit/)
      expect(progress.filter((line) => line.startsWith('asking'))).to.have.length(1)
    })
  })
}
