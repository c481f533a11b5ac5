/** A part of the composition root: what the supervisor makes again when it vanishes. */
import {join} from 'node:path'
import type {AgentPrograms} from '../adapters/agent-programs.js'
import {KeptFolder} from '../adapters/kept-folder.js'
import {KeptRecords} from '../adapters/kept-records.js'
import {KeptState} from '../adapters/kept-state.js'
import {supervisorPid} from '../adapters/supervisor-pid.js'
import {Watchdog} from '../adapters/watchdog.js'
import type {OwnFile} from '../domain/own-file.js'
import {OwnFiles} from '../services/recovery/own-files.js'
import type {Place} from './place.js'
import type {Base} from './record.js'

interface OwnFilesParts extends Base, Pick<Place, 'paths'> {
  readonly programs: AgentPrograms
  /** Those that have an owner of their own: the socket, the log. */
  readonly others: readonly OwnFile[]
  /** Another supervisor has the state directory. */
  readonly onTaken: () => void
}

/** Everything in the order in which it can be made again: a folder before what lies in it. */
export async function composeOwnFiles({paths, machine, records, programs, others, onTaken}: OwnFilesParts): Promise<OwnFiles> {
  const {host, logger} = machine
  const identify = (pid: number) => host.identify(pid)
  const self = await identify(process.pid)
  const recordFolder = join(paths.state, 'projects')
  const watchdog = new Watchdog({data: paths.data, argv: programs.watchdog, identify})
  await watchdog.forgetFailure().catch(() => {})
  const files: OwnFile[] = [
    new KeptState(paths.data, onTaken),
    ...others,
    ...(self ? [supervisorPid(paths.data, {...self, since: Date.now()})] : []),
    ...[recordFolder, join(paths.state, 'finished'), paths.projects, paths.plans, paths.spool].map((path) => new KeptFolder(path, path)),
    new KeptRecords(records.store, (id) => join(recordFolder, `${id}.json`)),
    programs,
    watchdog,
  ]
  return new OwnFiles({files, logger})
}
