import {existsSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import type {Team} from './team.js'

/** The moments at which faults are brought about, each with how to see that it has come. */
export const PHASES: Readonly<Record<string, (team: Team) => boolean>> = {
  planning: (team) => existsSync(join(team.sandbox.path('data'), 'orch.sock')) || plans(team) > 0,
  starting: (team) => {
    const {state, run} = team.agent('developer') ?? {}
    return state === 'starting' && Boolean(run?.process)
  },
  working: (team) => team.record()?.state === 'running' && team.agent('developer')?.state === 'working',
  'waiting for a receipt': (team) => team.record()?.messages.some(({state}) => state === 'offered' || state === 'submitted') ?? false,
  verifying: (team) => team.record()?.state === 'verifying',
  merging: (team) => team.record()?.state === 'merging',
}

function plans(team: Team): number {
  const folder = join(team.sandbox.path('data'), 'plans')
  return existsSync(folder) ? readdirSync(folder).length : 0
}
