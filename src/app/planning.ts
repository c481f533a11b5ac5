/** A part of the composition root: from a command line to a plan, and from a plan to a project. */
import type {
  AgentDriver,
  Clock,
  Ids,
  OauthLedger,
  Planner,
  SchemaValidator,
  Teams,
  TemplateSource,
  Terminal,
  Workspace,
} from '@orch/plugin-kit'
import {splitCommand} from '../adapters/command-line.js'
import type {StatePaths} from '../adapters/paths.js'
import {TrustFile} from '../adapters/trust-file.js'
import type {Files} from '../domain/ports/files.js'
import type {Host} from '../domain/ports/host.js'
import type {Store} from '../domain/ports/store.js'
import {ProjectCreation} from '../services/projects/create-project.js'
import type {ConfigLayers} from '../services/configuration/config-layers.js'
import {Intake} from '../services/projects/intake.js'
import {PlanFiles} from '../services/planning/plan-files.js'
import {PlanDrafting} from '../services/planning/draft-plan.js'
import type {PortBlocks} from '../services/projects/port-blocks.js'
import {Preflight} from '../services/planning/preflight.js'
import {untilNothingStarts} from '../services/launch/until-nothing-starts.js'
import type {Recorder} from '../services/record/recorder.js'
import type {ProgramConsent} from '../services/repository-watch/program-consent.js'
import type {RepositoryWatch} from '../services/repository-watch/repository-watch.js'
import type {ProjectRunner} from '../services/projects/project-runner.js'

interface IntakeParts {
  readonly store: Store
  readonly recorder: Recorder
  readonly runner: ProjectRunner
  readonly workspace: Workspace
  readonly terminal: Terminal
  readonly drivers: ReadonlyMap<string, AgentDriver>
  readonly driverSections: readonly string[]
  readonly planners: ReadonlyMap<string, Planner>
  readonly teams: Teams
  readonly templateSources: (projectFolder: string | null) => Promise<readonly TemplateSource[]>
  readonly layers: ConfigLayers
  readonly ledger: OauthLedger
  readonly portBlocks: PortBlocks
  readonly host: Host
  readonly files: Files
  readonly schemas: SchemaValidator
  readonly clock: Clock
  readonly ids: Ids
  readonly programs: ProgramConsent
  readonly repositories: RepositoryWatch
  readonly paths: StatePaths
  /** The user's configuration folder. */
  readonly configFolder: string
}

export function composeIntake(parts: IntakeParts): Intake {
  const {store, planners, files, clock, paths} = parts
  return new Intake({
    ...parts,
    planning: new PlanDrafting({planners}),
    preflight: new Preflight({...parts, projects: paths.projects}),
    admission: new ProjectCreation({...parts, projects: paths.projects}),
    trust: new TrustFile(parts.configFolder, files),
    plans: new PlanFiles({...parts, folder: paths.plans}),
    quiet: () => untilNothingStarts(store, clock),
    split: splitCommand,
  })
}
