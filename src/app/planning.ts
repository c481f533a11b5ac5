/** A part of the composition root: from a command line to a plan, and from a plan to a project. */
import {splitCommand} from '../adapters/command-line.js'
import {TrustFile} from '../adapters/trust-file.js'
import {untilNothingStarts} from '../services/launch/until-nothing-starts.js'
import {PlanDrafting} from '../services/planning/draft-plan.js'
import {PlanFiles} from '../services/planning/plan-files.js'
import {Preflight} from '../services/planning/preflight.js'
import {ProjectCreation} from '../services/projects/create-project.js'
import {Intake} from '../services/projects/intake.js'
import type {PortBlocks} from '../services/projects/port-blocks.js'
import type {ProjectRunner} from '../services/projects/project-runner.js'
import type {Briefing} from './briefing.js'
import type {Place} from './place.js'
import type {Configured} from './plugins.js'
import type {Base} from './record.js'
import type {Repositories} from './repositories.js'

interface IntakeParts extends Base, Pick<Place, 'oclif' | 'paths'> {
  readonly configured: Configured
  readonly briefing: Briefing
  readonly repositories: Repositories
  readonly runner: ProjectRunner
  readonly portBlocks: PortBlocks
}

export function composeIntake(parts: IntakeParts): Intake {
  const {oclif, paths, machine, services, records, configured, repositories, runner, portBlocks} = parts
  const base = {...machine, ...services, ...records, projects: paths.projects}
  return new Intake({
    ...base,
    ...configured,
    ...parts.briefing,
    runner,
    repositories: repositories.repositories,
    programs: repositories.programConsent,
    planning: new PlanDrafting(services),
    preflight: new Preflight(base),
    admission: new ProjectCreation({...base, portBlocks}),
    trust: new TrustFile(oclif.configDir, machine.files),
    plans: new PlanFiles({...base, folder: paths.plans}),
    quiet: () => untilNothingStarts(records.store, machine.clock),
    split: splitCommand,
  })
}
