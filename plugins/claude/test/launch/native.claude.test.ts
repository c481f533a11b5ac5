import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {expect} from 'chai'
import {claudeBinaries, requireClaude} from '../../../../test/support/claude-binary.js'
import {ModelServer} from '../../../../test/support/model-server/index.js'
import {ClaudeDriver} from '../../src/driver.js'
import {NATIVE_FEATURES, nativeOff, TOOLS_LEFT} from '../../src/launch/native.js'
import {ClaudeWorld} from '../support/claude-world.js'
import {realPorts} from '../support/real-ports.js'

for (const binary of claudeBinaries()) {
  describe(`Claude Code ${binary.version}'s own orchestration`, function () {
    this.timeout(120_000)
    let world: ClaudeWorld
    let model: ModelServer

    before(function () {
      requireClaude(this, binary)
    })
    afterEach(async () => {
      await world.destroy()
      await model.stop()
    })

    /** The first request of an agent whose person has switched teams on for every session. */
    const firstRequest = async (settings: object) => {
      world = await ClaudeWorld.create({binary: binary.path!, ...settings})
      model = await ModelServer.start()
      await mkdir(join(world.home, '.claude'), {recursive: true})
      const own = {env: {CLAUDE_CODE_EXPERIMENTAL_AGENT_TEAMS: '1'}, teammateMode: 'tmux'}
      await writeFile(join(world.home, '.claude', 'settings.json'), JSON.stringify(own))
      const driver = new ClaudeDriver(realPorts({hookCommand: [process.execPath, world.recorder]}))
      await driver.prepareRepository({repository: world.worktree, env: world.env()})
      await world.start(await driver.launch(world.request(model, {env: world.subscriberEnv(model)})))
      const request = await model.waitFor(({tools, conversation}) => tools.includes('Bash') && conversation.includes('FIRST-MARK'), 60_000)
      await world.waitForHook(({event}) => event === 'Stop')
      return {request, tools: [...request.tools, ...request.deferredTools].filter((name) => !name.startsWith('mcp__')).sort()}
    }

    it('is off: exactly the known tools are left, and no teammates', async () => {
      const {request, tools} = await firstRequest({})
      expect(tools, 'a tool with a new name is to be looked at: data/native.json').to.deep.equal(TOOLS_LEFT[binary.version])
      expect(request.toolInputs['Agent']).to.not.include('team_name')
    })

    it('is back where it is switched on', async () => {
      const {request, tools} = await firstRequest({native: Object.fromEntries(NATIVE_FEATURES.map((feature) => [feature, true]))})
      const version = binary.version.split('.').map(Number) as [number, number, number]
      // Offered online only, or by few versions.
      const rare = ['DesignSync', 'RemoteTrigger', 'TeamCreate', 'TeamDelete']
      const wanted = nativeOff(version, {}).deny.filter((tool) => !rare.includes(tool))
      expect(tools).to.include.members(wanted)
      expect(request.toolInputs['Agent']).to.include('team_name')
    })
  })
}
