/** A part of the composition root: how agents are started. */
import type {Logger} from '@orch/plugin-kit'
import {Launcher} from '../services/launch/launcher.js'
import {StartsUnderWay} from '../services/launch/starts-under-way.js'
import {McpInitialisation} from '../services/launch/mcp-initialisation.js'
import {PortGate} from '../services/oauth/port-gate.js'
import {PortHolds} from '../services/oauth/port-holds.js'
import {Readiness} from '../services/launch/readiness.js'
import {MemoryGate} from '../services/launch/memory-gate.js'
import {StartLeases} from '../services/oauth/start-leases.js'
import {Windows} from '../services/launch/windows.js'

type MadeHere = 'readiness' | 'windows' | 'gate' | 'leases' | 'holds' | 'mcp'
type LaunchParts = Omit<ConstructorParameters<typeof Launcher>[0], MadeHere> &
  Pick<ConstructorParameters<typeof Readiness>[0], 'feed'> &
  Pick<ConstructorParameters<typeof McpInitialisation>[0], 'prober'> & {readonly logger: Logger}

export function composeLaunch(parts: LaunchParts) {
  const gate = new PortGate(parts)
  const leases = new StartLeases({...parts, gate})
  const launcher = new Launcher({
    ...parts,
    readiness: new Readiness(parts),
    windows: new Windows(parts),
    gate,
    leases,
    holds: new PortHolds(parts),
    mcp: new McpInitialisation(parts),
  })
  return {launcher, leases, launching: new StartsUnderWay(), startControl: new MemoryGate(parts)}
}
