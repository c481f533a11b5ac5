/** Compiled, never run: see lifecycle.types.ts. */
import type {PortGate, PortGrant} from '../../src/services/oauth/port-gate.js'
import type {GateRequest} from '../../src/services/oauth/gate-request.js'

export async function ask(gate: PortGate, request: GateRequest): Promise<PortGrant> {
  return gate.pass(request)
}

// @ts-expect-error a grant is given by the gate, nobody makes one
export const forged: PortGrant = {port: 3000, run: 'r_1'}

export function spawnBound(grant: PortGrant): number {
  return grant.port
}
// @ts-expect-error a bound spawn without a grant
spawnBound()
// @ts-expect-error a bound spawn with something that looks like one
spawnBound({port: 3000, run: 'r_1'})
// @ts-expect-error a port is no grant
spawnBound(3000)
