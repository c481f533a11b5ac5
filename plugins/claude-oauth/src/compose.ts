import {join} from 'node:path'
import type {Ports} from '@orch/plugin-kit'
import {FileLedger} from './ledger/file-ledger.js'
import {SystemHost} from './ledger/host.js'
import {McpPlanner} from './mcp/mcp-planner.js'
import {ServerProber} from './mcp/prober.js'
import {LsofHolderFinder, ProcHolderFinder, type HolderFinder} from './port/holder.js'
import {LsofPortObserver, ProcPortObserver, type PortObserver} from './port/listeners.js'
import {PortGate} from './port/port-gate.js'
import {PortStatusService} from './port-commands/port-status-service.js'
import type {OauthService} from './runtime.js'
import {settingsOf, type OauthSettings} from './settings.js'

export interface OauthParts {
  readonly service: OauthService
  readonly ledger: FileLedger
  readonly observer: PortObserver
  readonly holders: HolderFinder
  readonly prober: ServerProber
  readonly desk: PortStatusService
  readonly settings: () => OauthSettings
}

/** Puts the plugin together: the only place where its parts meet the host. @param version of orch, told to MCP servers */
export function composeOauth(ports: Ports, version: string): OauthParts {
  const {clock, logger, processes, paths} = ports
  const linux = process.platform === 'linux'
  // The section is validated only after every plugin has declared its own, so it is read when it is needed.
  const settings = () => settingsOf(ports.config('oauth'))
  const ledger = new FileLedger({
    path: join(paths.user, 'oauth-ledger.json'),
    home: paths.data,
    host: new SystemHost(clock, processes),
    clock,
  })
  const observer = linux ? new ProcPortObserver() : new LsofPortObserver(processes)
  const holders = linux ? new ProcHolderFinder() : new LsofHolderFinder(processes)
  const gate = new PortGate({clock, logger, ledger, observer, holders})
  const desk = new PortStatusService({clock, gate, ledger, observer, holders, settings})
  return {
    service: {gate, mcp: new McpPlanner()},
    ledger,
    observer,
    holders,
    desk,
    settings,
    prober: new ServerProber({processes, clock, version}),
  }
}
