/** A part of the composition root: what runs of agents tell, and how they end. */
import {LocalTmuxRooms} from '../adapters/tmux-rooms.js'
import {Accounts} from '../services/agents/accounts.js'
import {AgentRemoval} from '../services/agents/agent-removal.js'
import {AgentEvents} from '../services/agents/agent-events.js'
import {ForeignPrompts} from '../services/agents/foreign-prompts.js'
import {Restarts} from '../services/agents/restarts.js'
import {RunProcesses} from '../services/agents/run-processes.js'
import {AgentStopper} from '../services/agents/stop-agent.js'
import {ContractJournal} from '../services/oauth/contract-journal.js'
import {WorkLeftBehind} from '../services/verification/work-left-behind.js'
import type {Place} from './place.js'
import type {Base} from './record.js'

export type Agents = ReturnType<typeof composeAgents>

export function composeAgents({paths, machine, services, records}: Base & Pick<Place, 'paths'>) {
  const base = {...machine, ...services, ...records}
  const accounts = new Accounts(base)
  const leftovers = new RunProcesses(base)
  const contract = new ContractJournal(base)
  const watch = new AgentEvents({...base, contract, accounts, leftovers, prompts: new ForeignPrompts(base)})
  const rooms = new LocalTmuxRooms(paths.data, machine.processes)
  const terminator = new AgentStopper({...base, leftovers, watch, contract, rooms})
  return {
    accounts,
    leftovers,
    contract,
    watch,
    rooms,
    terminator,
    restarts: new Restarts({...base, terminator}),
    removal: new AgentRemoval({...base, terminator, leftBehind: new WorkLeftBehind(base)}),
  }
}
