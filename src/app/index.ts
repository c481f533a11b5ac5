/** The composition root: the only place where services meet adapters and plugins. Each file composes one feature; the order is here. */
import type {Config as OclifConfig} from '@oclif/core'
import {installAgentPrograms} from '../adapters/agent-programs.js'
import {definedOnly} from '../adapters/defined-only.js'
import {Spool} from '../adapters/spool.js'
import {recordKnownNames, recordQuick} from '../quick/record.js'
import {SocketListener} from '../rpc/listener.js'
import {HookReports} from '../services/agents/hook-reports.js'
import {WatchedProjects} from '../services/projects/watched-projects.js'
import {identifyCaller} from '../services/supervisor/identify-caller.js'
import {Supervisor} from '../services/supervisor/supervisor.js'
import {composeAgents} from './agents.js'
import {composeBriefing} from './briefing.js'
import {composeHealth} from './health.js'
import {composeLaunch} from './launch.js'
import {openMachine} from './machine.js'
import {composeMessages} from './messages.js'
import {composeOwnFiles} from './own-files.js'
import {composePeriodic} from './periodic.js'
import {takePlace, type Place} from './place.js'
import {composePlugins} from './plugins.js'
import {composeProjects} from './projects.js'
import {openRecords} from './record.js'
import {composeRecovery} from './recovery.js'
import {composeRepositories} from './repositories.js'
import {composeScreens} from './screens.js'
import {composeServer} from './server.js'
import {composeSystem} from './system.js'
import {composeVerification} from './verification.js'

/**
 * Builds the supervisor of a state directory.
 * @param oclif the loaded configuration of oclif: plugins and folders
 * @param env of this process; the folder of the tmux socket is put right in it
 * @returns null when another process is the supervisor already
 * @throws ORCH_STATE, ORCH_HOOK_OWNER, ORCH_CAPABILITY_MISSING, ORCH_CAPABILITY_TWICE, ORCH_PLUGIN_API, ORCH_CONFIG
 */
export async function composeSupervisor(oclif: OclifConfig, env: NodeJS.ProcessEnv): Promise<Supervisor | null> {
  const place = await takePlace(oclif, env)
  if (!place) return null
  try {
    return await compose(place)
  } catch (error) {
    await place.lock.release()
    throw error
  }
}

async function compose(place: Place): Promise<Supervisor> {
  const {oclif, env, paths, claimed, lock} = place
  const {machine, log} = openMachine(place)
  const programs = await installAgentPrograms(paths.bin, oclif.root, definedOnly({...env, ORCH_DATA_DIR: paths.data}), paths.data)
  await machine.files.makeFolder(paths.projects)
  await recordQuick(oclif, machine.logger)
  const {loaded, services, configured} = await composePlugins({...place, ...machine, programs})
  log.setLevel(configured.config.log.level)
  const records = await openRecords({paths, claimed, machine, services})
  loaded.platform.open(records)
  const base = {...place, machine, services, records, loaded, configured, programs}
  const repositories = await composeRepositories(base)
  const briefing = composeBriefing(base)
  await recordKnownNames({...services, ...briefing}, paths.data, machine.logger)

  const attendance = new WatchedProjects()
  const agents = composeAgents(base)
  const launch = composeLaunch({...base, agents, briefing, attended: (project) => attendance.isAttended(project)})
  const verification = composeVerification({...base, agents, repositories})
  const screens = composeScreens({...base, agents})
  const health = composeHealth({...base, agents, briefing, screens})
  const recovery = composeRecovery({...base, agents, launch, screens})
  const projects = composeProjects({...base, agents, briefing, repositories, launch, verification, health, recovery})
  const messages = composeMessages({...base, agents, briefing, verification, projects})
  const system = composeSystem({...base, agents, repositories})

  const spool = new Spool(paths.spool, machine.logger)
  const reports = new HookReports({...machine, ...agents, spool, identify: (claim) => identifyCaller(records.store, claim)})
  const listener = new SocketListener(paths.socket)
  const life = {stop: () => void supervisor.stopForGood(), retire: () => void supervisor.retire(), isStopping: () => supervisor.isStopping}
  const onTaken = () => void supervisor.stop()
  const faces = {...base, agents, repositories, launch, screens, health, recovery, projects, messages}
  const supervisor: Supervisor = new Supervisor({
    ...{...machine, ...services, ...records, ...agents, ...launch, ...recovery, ...projects, ...messages},
    ...composePeriodic({...faces, reports}),
    rebooted: claimed.rebooted,
    spool,
    reports,
    server: composeServer({...faces, briefing, system, attendance, spool, reports, listener, life}),
    ownFiles: await composeOwnFiles({...base, others: [listener, log.file, claimed.owner, ...lock.files], onTaken}),
    release: async () => {
      loaded.platform.close()
      loaded.hooks.close()
      await log.close()
      await lock.release()
    },
  })
  return supervisor
}
