import {expect} from 'chai'
import {Ajv} from 'ajv'
import type {SchemaValidator} from '@orch/plugin-kit'
import {claudeBinaries, requireClaude} from '../../../../test/support/claude-binary.js'
import {limited, ModelServer, tool} from '../../../../test/support/model-server/index.js'
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

    const outline = () =>
      planner.outline({
        spec: 'SPEC-MARK\n--version\n# A clock\nShow the time.\n',
        specPath: '/spec.md',
        repository: world.repository,
        branch: 'main',
        env: world.env(model),
        settings: {binary: binary.path!},
        onProgress: () => undefined,
      })

    it('makes an outline of a specification, giving the model no tools and the text as it is', async () => {
      model.add({withTool: 'StructuredOutput', answer: tool('StructuredOutput', DRAFT)})
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
