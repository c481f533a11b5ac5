import {LIFECYCLE, OrchError, type CheckResult, type EventName, type JsonSchema} from '@orch/plugin-kit'
import type {Doctor} from '../../services/doctor/checkup.js'
import type {LeftOut} from '../../domain/plugin-fault.js'
import type {Cleanup} from '../../services/cleanup/cleanup.js'
import type {Orphan} from '../../services/cleanup/orphan.js'
import type {ConfigLayers} from '../../services/configuration/config-layers.js'
import type {Intake} from '../../services/projects/intake.js'
import type {BriefingPreview} from '../../services/briefing/write.js'
import type {Workspace} from '@orch/plugin-kit'
import {call, params, type OwnMethods} from '../method.js'

interface HouseMethodsOptions {
  readonly version: string
  readonly supervisor: {readonly pid: number | null; readonly socket: string}
  readonly state: string
  readonly plugins: string
  readonly stop: () => void
  /** Stops it for the next one, which the caller brings up. */
  readonly retire: () => void
  readonly checkup: Doctor
  readonly housekeeping: Cleanup
  readonly layers: ConfigLayers
  readonly schema: JsonSchema
  readonly intake: Intake
  readonly previews: BriefingPreview
  readonly workspace: Workspace
  /** Hooks that plugins declare, by plugin. */
  readonly declared: ReadonlyMap<string, readonly string[]>
  readonly providers: Readonly<Record<string, string>>
  /** Plugins that are left out, or do not do their work. */
  readonly leftOut: () => readonly LeftOut[]
}

const text = {type: 'string'}
const PLACE = {project: {type: ['string', 'null']}, env: {type: 'object', additionalProperties: text}}

/** The supervisor about itself, its plugins, its configuration and its templates. */
export function systemMethods(options: HouseMethodsOptions): OwnMethods {
  const {intake, layers, workspace} = options
  const folderOf = async (project: string | null) => {
    if (project === null) return null
    return workspace.inspectRepository(project).then(
      ({root}) => root,
      () => project,
    )
  }

  return {
    'system.hello': call(params({}), async () => ({version: options.version, ...options.supervisor, state: options.state})),
    'system.stop': call(params({isForNext: {type: 'boolean'}}), async ({isForNext = false}: {isForNext?: boolean}) => {
      // After the answer has left.
      setImmediate(isForNext ? options.retire : options.stop)
      return {stopping: true}
    }),
    // Any client may replace a supervisor of another version or with other plugins: agents do not notice.
    'system.retire': call(
      params({version: text, plugins: text}, ['version', 'plugins']),
      async (client: {version: string; plugins: string}) => {
        if (client.version === options.version && client.plugins === options.plugins)
          throw new OrchError('ORCH_REFUSED', {
            what: 'The call system.retire',
            why: 'the supervisor is of the same version, with the same plugins',
            remedy: 'A person can stop it: orch daemon stop',
          })
        setImmediate(options.retire)
        return {stopping: true}
      },
    ),
    // The gate has answered by the time this does: commands that change plugins ask it before they begin.
    'system.mayChangePlugins': call(params({}), async () => ({})),
    'system.check': call(params({env: PLACE.env}), async ({env = {}}: {env?: Record<string, string>}): Promise<CheckResult[]> =>
      options.checkup.run(env),
    ),
    'house.survey': call(params({}), async () => options.housekeeping.survey()),
    'house.fix': call(
      params({listed: {type: 'array', items: params({kind: text, id: text}, ['kind', 'id'])}}, ['listed']),
      async (request: {listed: Pick<Orphan, 'kind' | 'id'>[]}) => options.housekeeping.fix(request.listed),
    ),
    'hooks.list': call(params({}), async () => {
      const leftOut = options.leftOut().map(({plugin, why, how}) => ({plugin, why, loaded: how === 'failing'}))
      const asked = [...options.declared].filter(([plugin]) => !leftOut.some((each) => each.plugin === plugin && !each.loaded))
      return {events: eventRows(asked), capabilities: options.providers, leftOut}
    }),
    'config.show': call(params(PLACE), async ({project, env}: {project: string | null; env: Record<string, string>}) => {
      const {config, origins, warnings} = await layers.resolve({projectFolder: await folderOf(project), trusted: true, env, flags: {}})
      return {config, origins, warnings}
    }),
    'config.schema': call(params({}), async () => options.schema),
    'team.list': call(params(PLACE), async ({project}: {project: string | null}) => (await intake.catalog(await folderOf(project))).list()),
    'team.show': call(params({...PLACE, name: text}, ['name']), async ({project, name}: {project: string | null; name: string}) => {
      const catalog = await intake.catalog(await folderOf(project))
      const key = name.replaceAll('_', '-')
      if (catalog.roleKeys().includes(key)) return {role: catalog.role(key)}
      return {template: catalog.show(name)}
    }),
    'team.detect': call(params(PLACE), async ({project}: {project: string | null}) => {
      const folder = await folderOf(project)
      if (folder === null) throw new OrchError('ORCH_USAGE', {what: 'There is no folder to look at.', hint: 'Name one with --project DIR.'})
      return (await intake.catalog(folder)).detect(folder)
    }),
    'team.validate': call(params(PLACE), async ({project}: {project: string | null}) => {
      const catalog = await intake.catalog(await folderOf(project))
      return {templates: catalog.list().length, roles: catalog.roleKeys().length}
    }),
    'briefing.show': call(params({...PLACE, role: text}, ['role']), async ({project, role}: {project: string | null; role: string}) => ({
      text: await options.previews.preview(await intake.catalog(await folderOf(project)), role, (await folderOf(project)) ?? '/'),
    })),
  }
}

function eventRows(
  declared: readonly (readonly [string, readonly string[]])[],
): {event: string; fold: string; owner: string | null; handlers: string[]}[] {
  return (Object.keys(LIFECYCLE) as EventName[]).map((event) => {
    const {fold, owner} = LIFECYCLE[event]
    return {
      event,
      fold,
      owner,
      handlers: declared
        .filter(([, hooks]) => hooks.includes(event))
        .map(([plugin]) => plugin)
        .sort(),
    }
  })
}
