/** A part of the composition root: how claims are judged, and how merged work is verified and integrated. */
import {splitCommand} from '../adapters/command-line.js'
import {Claims} from '../services/claims/claims.js'
import {Acceptance} from '../services/project-commands/acceptance.js'
import {Baselines} from '../services/verification/baselines.js'
import {CandidateMerges} from '../services/verification/candidate-merges.js'
import {Flags} from '../services/verification/flags.js'
import {Integrator} from '../services/verification/integrator.js'
import {CommandRunner} from '../services/project-commands/run-command.js'
import {SetUp} from '../services/project-commands/set-up.js'
import {UnmergedCommits} from '../services/verification/unmerged-commits.js'
import {VerificationTree} from '../services/verification/verification-tree.js'
import {Verifier} from '../services/verification/verifier.js'
import {WorkLeftBehind} from '../services/verification/work-left-behind.js'
import type {Agents} from './agents.js'
import type {Base} from './record.js'
import type {Repositories} from './repositories.js'

interface VerificationParts extends Base {
  readonly agents: Agents
  readonly repositories: Repositories
}

export type Verification = ReturnType<typeof composeVerification>

export function composeVerification({machine, services, records, agents, repositories}: VerificationParts) {
  const base = {...machine, ...services, ...records, ...agents, ...repositories}
  const commands = new CommandRunner({...base, split: splitCommand})
  const setUp = new SetUp({...base, commands})
  const tree = {...base, commands, setUp, acceptance: new Acceptance(commands)}
  const baselines = new Baselines({...base, tree: new VerificationTree('baseline', tree)})
  const merges = new CandidateMerges(base)
  const leftBehind = new WorkLeftBehind(base)
  const unmerged = new UnmergedCommits({...base, leftBehind})
  return {
    claims: new Claims({...base, leftBehind}),
    setUp,
    baselines,
    verifier: new Verifier({...base, merges, tree: new VerificationTree('scratch', tree), baselines}),
    unmerged,
    integrator: new Integrator({...base, flags: new Flags(base), unmerged}),
  }
}
