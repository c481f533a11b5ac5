/** A part of the composition root: how projects begin, are driven and are steered. */
import {RenewedCredentials} from '../services/credits/renewed-credentials.js'
import {AgentSetUp} from '../services/project-commands/agent-set-up.js'
import {NewRepository} from '../services/planning/new-repository.js'
import {UnfinishedRuns} from '../services/planning/unfinished-runs.js'
import {AgentControl} from '../services/control/agent-control.js'
import {BeginProjects} from '../services/control/begin-projects.js'
import {ChildProjects} from '../services/projects/child-projects.js'
import {DeadlineAndBudget} from '../services/control/deadline-and-budget.js'
import {PortBlocks} from '../services/projects/port-blocks.js'
import {ProjectControl} from '../services/control/project-control.js'
import {ProjectRunner} from '../services/projects/project-runner.js'
import {TeamStarter} from '../services/projects/team-starter.js'
import type {Agents} from './agents.js'
import type {Briefing} from './briefing.js'
import type {Health} from './health.js'
import type {Launch} from './launch.js'
import type {Place} from './place.js'
import {composeIntake} from './planning.js'
import type {Configured} from './plugins.js'
import type {Base} from './record.js'
import type {Recovery} from './recovery.js'
import type {Repositories} from './repositories.js'
import type {Verification} from './verification.js'

interface ProjectParts extends Base, Pick<Place, 'oclif' | 'paths'> {
  readonly configured: Configured
  readonly agents: Agents
  readonly briefing: Briefing
  readonly repositories: Repositories
  readonly launch: Launch
  readonly verification: Verification
  readonly health: Health
  readonly recovery: Recovery
}

export type Projects = ReturnType<typeof composeProjects>

export function composeProjects(parts: ProjectParts) {
  const {machine, services, records, agents, configured, recovery, verification} = parts
  const base = {...machine, ...services, ...records, ...agents, ...parts.repositories}
  const agentSetUp = new AgentSetUp({...base, ...verification})
  const starter = new TeamStarter({...base, ...parts.launch, agentSetUp})
  const runner = new ProjectRunner({...base, ...verification, ...recovery, starter})
  const credentials = new RenewedCredentials(base)
  const {context} = parts.health
  const control = new ProjectControl({...base, ...recovery, runner, context, credentials})
  const portBlocks = new PortBlocks(machine.host)
  const intake = composeIntake({...parts, runner, portBlocks})
  return {
    runner,
    control,
    agentControl: new AgentControl({...base, ...parts.briefing, context, portBlocks, ports: () => configured.config.ports}),
    bounds: new DeadlineAndBudget({...base, control}),
    intake,
    beginning: new BeginProjects({
      intake,
      control,
      children: new ChildProjects({...records, intake}),
      unfinished: new UnfinishedRuns(base),
    }),
    newRepository: new NewRepository(base),
  }
}
