import {actorOf} from '../../domain/actor.js'
import {resumedAgents} from '../../domain/resume.js'
import type {RunProcesses} from '../../services/agents/run-processes.js'
import type {NewRepository, NewRepositoryRequest} from '../../services/planning/new-repository.js'
import type {RunRequest} from '../../services/planning/run-request.js'
import type {BeginProgress, BeginProjects, BeginRequest, BeginResult} from '../../services/control/begin-projects.js'
import type {Intake} from '../../services/projects/intake.js'
import type {ProjectControl} from '../../services/control/project-control.js'
import type {UnreadableProjects} from '../../services/recovery/unreadable-projects.js'
import type {ProjectFinder} from '../../services/status/find-project.js'
import {projectStatus} from '../../services/status/status.js'
import type {Caller, Logger, OauthLedger} from '@orch/plugin-kit'
import {call, params, stream, type CallContext, type OwnMethods} from '../method.js'
import {told} from '../told.js'

interface ProjectMethodsOptions {
  readonly intake: Pick<Intake, 'plan' | 'requireAgent'>
  readonly beginning: Pick<BeginProjects, 'begin'>
  readonly newRepository: Pick<NewRepository, 'make'>
  readonly control: Pick<ProjectControl, 'cancel' | 'pause' | 'resume'>
  readonly rollCall: ProjectFinder
  readonly unreadable: UnreadableProjects
  readonly leftovers: RunProcesses
  readonly ledger: OauthLedger
  readonly logger: Logger
  /** Whether an agent may take a project up. @throws ORCH_REFUSED */
  readonly mayResume: (caller: Caller, project: string) => Promise<void>
}

const text = {type: 'string', maxLength: 4096}
const texts = {type: 'array', items: text, maxItems: 100}
const RUN_REQUEST = {
  key: text,
  spec: text,
  project: {type: ['string', 'null']},
  name: {type: ['string', 'null'], maxLength: 100},
  roles: texts,
  addRoles: texts,
  size: {enum: ['auto', 'small', 'medium', 'large']},
  flags: {type: 'object'},
  trustProject: {type: 'boolean'},
  needsAgent: {type: 'boolean'},
  env: {type: 'object', additionalProperties: {type: 'string'}},
  planFile: {type: ['string', 'null']},
}
/** Bounds a person may set. */
const BOUNDS = {
  unverified: {type: 'boolean'},
  deadlineAt: {type: ['integer', 'null']},
  budgetUsd: {type: ['number', 'null'], exclusiveMinimum: 0},
}
const APPROVAL = {by: {enum: ['person', 'flag']}, initCommit: {type: 'boolean'}, stopOnExit: {type: 'boolean'}}
const ONE = {project: text}

const BEGIN_RUN = params(
  {...RUN_REQUEST, cwd: text, ...BOUNDS, planDigest: text, plannerUsd: {type: ['number', 'null'], minimum: 0}},
  Object.keys(RUN_REQUEST),
)
const BEGIN = params(
  {
    requests: {type: 'array', items: BEGIN_RUN, minItems: 1, maxItems: 1000},
    unfinished: {enum: ['resume', 'fresh', 'follow']},
    approval: {...params(APPROVAL, Object.keys(APPROVAL)), type: ['object', 'null']},
  },
  ['requests', 'unfinished', 'approval'],
)
const NEW_REPOSITORY = params({spec: text, dir: {type: ['string', 'null']}, parent: text, flags: RUN_REQUEST.flags, env: RUN_REQUEST.env}, [
  'spec',
  'dir',
  'parent',
])
const RESUME = params({
  ...ONE,
  restartDead: {type: 'boolean'},
  rebriefAll: {type: 'boolean'},
  deadlineAt: {type: 'integer'},
  budgetUsd: {type: 'number', exclusiveMinimum: 0},
  env: RUN_REQUEST.env,
})

/** What is done to projects. */
export function projectMethods(options: ProjectMethodsOptions): OwnMethods {
  const {intake, beginning, newRepository, control, rollCall, unreadable} = options
  return {
    'project.plan': stream(params({...RUN_REQUEST, cwd: text, ...BOUNDS}, Object.keys(RUN_REQUEST)), (request: RunRequest, {signal}) =>
      told<{progress: string}, {planned: unknown}>(async (tell) => ({
        planned: await intake.plan(request, (progress) => tell({progress}), signal),
      })),
    ),
    'project.begin': stream(BEGIN, (request: BeginRequest, {caller, signal}: CallContext) =>
      told<BeginProgress, BeginResult>((tell) =>
        beginning.begin(request, {by: actorOf(caller), tell, signal, mayResume: (project) => options.mayResume(caller, project)}),
      ),
    ),
    'repository.create': call(
      NEW_REPOSITORY,
      async ({flags = {}, env = {}, ...request}: NewRepositoryRequest & Partial<Pick<RunRequest, 'flags' | 'env'>>) => {
        await intake.requireAgent({flags, env})
        return newRepository.make(request)
      },
    ),
    'project.stop': call(params({...ONE, why: text}, ['project']), async ({project, why}: {project: string; why?: string}, {caller}) => {
      const record = unreadable.find(project)
      if (record) return unreadable.end(record, options)
      const found = await rollCall.project(project)
      return projectStatus(await control.cancel(found.id, actorOf(caller), why))
    }),
    'project.pause': call(params(ONE, ['project']), async ({project}: {project: string}, {caller}) =>
      projectStatus(await control.pause((await rollCall.project(project)).id, actorOf(caller))),
    ),
    'project.resume': call(
      RESUME,
      async (
        {project, restartDead = true, rebriefAll = false, env, ...bounds}: {project?: string} & Parameters<ProjectControl['resume']>[2],
        {caller},
      ) => {
        const before = await rollCall.named(project)
        const after = await control.resume(before.id, actorOf(caller), {
          ...{restartDead, rebriefAll, ...bounds},
          // An agent's own environment is the project's.
          ...(env && !caller.agent ? {env} : {}),
        })
        return {...projectStatus(after), resumed: resumedAgents(before, after)}
      },
    ),
  }
}
