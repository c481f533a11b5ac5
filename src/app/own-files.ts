/** A part of the composition root: what the supervisor makes again when it vanishes. */
import {join} from 'node:path'
import type {Logger} from '@orch/plugin-kit'
import type {AgentPrograms} from '../adapters/agent-programs.js'
import {KeptFolder} from '../adapters/kept-folder.js'
import {KeptRecords} from '../adapters/kept-records.js'
import {KeptState} from '../adapters/kept-state.js'
import type {StatePaths} from '../adapters/paths.js'
import {supervisorPid} from '../adapters/supervisor-pid.js'
import {Watchdog} from '../adapters/watchdog.js'
import type {Host} from '../domain/ports/host.js'
import type {OwnFile} from '../domain/own-file.js'
import type {Store} from '../domain/ports/store.js'
import {OwnFiles} from '../services/recovery/own-files.js'

interface OwnFilesParts {
  readonly paths: StatePaths
  readonly host: Host
  readonly store: Store
  readonly programs: AgentPrograms
  /** Those that have an owner of their own: the socket, the log. */
  readonly others: readonly OwnFile[]
  readonly logger: Logger
  /** Another supervisor has the state directory. */
  readonly onTaken: () => void
}

/** Everything in the order in which it can be made again: a folder before what lies in it. */
export async function composeOwnFiles({paths, host, store, programs, others, logger, onTaken}: OwnFilesParts): Promise<OwnFiles> {
  const identify = (pid: number) => host.identify(pid)
  const self = await identify(process.pid)
  const records = join(paths.state, 'projects')
  const watchdog = new Watchdog({data: paths.data, argv: programs.watchdog, identify})
  await watchdog.forgetFailure().catch(() => {})
  const files: OwnFile[] = [
    new KeptState(paths.data, onTaken),
    ...others,
    ...(self ? [supervisorPid(paths.data, {...self, since: Date.now()})] : []),
    ...[records, join(paths.state, 'finished'), paths.projects, paths.plans, paths.spool].map((path) => new KeptFolder(path, path)),
    new KeptRecords(store, (id) => join(records, `${id}.json`)),
    programs,
    watchdog,
  ]
  return new OwnFiles({files, logger})
}
