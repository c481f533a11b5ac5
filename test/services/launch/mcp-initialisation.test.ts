import {expect} from 'chai'
import {REQUIRED_PLUGIN, type McpProbe, type McpProbeRequest, type McpStep} from '@orch/plugin-kit'
import {McpInitialisation} from '../../../src/services/launch/mcp-initialisation.js'
import {aProject, anAgent} from '../../support/builders.js'
import {aWorld, WILLING_OWNER, type World} from '../../support/world.js'

const server = (name: string) => ({name, source: 'user' as const, config: {command: name}})
const answers = (name: string): McpProbe => ({server: name, outcome: 'answers', tools: [], why: 'answers', output: ''})

describe('McpInitialisation', () => {
  let world: World
  let request: McpProbeRequest
  let end: () => void
  let over: Promise<unknown>

  beforeEach(async () => {
    const steps: McpStep[] = [{step: 'probe', servers: ['good', 'hang', 'slow'].map(server), cwd: '/w', timeoutMs: 60_000}]
    const owner = {
      ...WILLING_OWNER,
      mcpInit: async ({input}: {input: {probes: unknown}}) => ({steps: input.probes ? [] : steps, verdicts: []}),
    }
    world = aWorld({projects: [aProject({agents: [anAgent({state: 'waiting-port'})]})], plugins: {[REQUIRED_PLUGIN]: owner}})
    const asked = new Promise<void>((resolve) => {
      const prober = {
        probe: (wanted: McpProbeRequest) =>
          new Promise<McpProbe[]>((probed) => {
            request = wanted
            end = () => probed(wanted.servers.map(({name}) => answers(name)))
            resolve()
          }),
      }
      const launch = {project: world.project(), agent: world.agent(), env: {}, signal: new AbortController().signal, stage: async () => {}}
      over = new McpInitialisation({...world, prober}).run(launch)
    })
    await asked
  })
  const awaited = () => world.agent().waitingFor?.servers

  it('shows only the servers that have not answered, at most once a second', async () => {
    expect(awaited()).to.deep.equal(['good', 'hang', 'slow'])
    request.onProbed!('good')
    expect(awaited()).to.deep.equal(['good', 'hang', 'slow'])
    await world.clock.advance(1_000)
    expect(awaited()).to.deep.equal(['hang', 'slow'])
    const {revision} = world.project()
    await world.clock.advance(5_000)
    expect(world.project().revision).to.equal(revision)
    request.onProbed!('slow')
    await world.clock.advance(1_000)
    expect(awaited()).to.deep.equal(['hang'])
    end()
    await over
    expect(world.agent().waitingFor).to.equal(null)
  })
})
