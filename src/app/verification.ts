/** A part of the composition root: how merged work is verified and integrated. */
import type {Clock, Ids, Logger, ProcessRunner, Workspace} from '@orch/plugin-kit'
import type {HookBus} from '@orch/plugin-kit/host'
import {splitCommand} from '../adapters/command-line.js'
import type {Files} from '../domain/ports/files.js'
import type {Host} from '../domain/ports/host.js'
import type {Store} from '../domain/ports/store.js'
import {Acceptance} from '../services/verification/acceptance.js'
import type {AgentEvents} from '../services/agents/agent-events.js'
import {Integrator} from '../services/verification/integrator.js'
import type {RunProcesses} from '../services/agents/run-processes.js'
import type {Recorder} from '../services/record/recorder.js'
import type {RepositoryWatch} from '../services/repository-watch/repository-watch.js'
import {Baselines} from '../services/verification/baselines.js'
import {CandidateMerges} from '../services/verification/candidate-merges.js'
import {CommandRunner} from '../services/verification/run-command.js'
import {Flags} from '../services/verification/flags.js'
import {SetUp} from '../services/verification/set-up.js'
import {UnmergedCommits} from '../services/verification/unmerged-commits.js'
import {VerificationTree} from '../services/verification/verification-tree.js'
import type {WorkLeftBehind} from '../services/verification/work-left-behind.js'
import {Verifier} from '../services/verification/verifier.js'

interface VerificationParts {
  readonly store: Store
  readonly recorder: Recorder
  readonly workspace: Workspace
  readonly bus: HookBus
  readonly processes: ProcessRunner
  readonly host: Host
  readonly leftovers: RunProcesses
  readonly watch: AgentEvents
  readonly repositories: RepositoryWatch
  readonly leftBehind: WorkLeftBehind
  readonly files: Files
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
}

export function composeVerification(parts: VerificationParts) {
  const {store, recorder, workspace, bus, watch, repositories, leftBehind, files, ids, logger} = parts
  const commands = new CommandRunner({...parts, split: splitCommand})
  const setUp = new SetUp({commands, files})
  const treeParts = {workspace, files, commands, setUp, acceptance: new Acceptance(commands), logger}
  const baselines = new Baselines({store, recorder, tree: new VerificationTree('baseline', treeParts), ids, logger})
  const merges = new CandidateMerges({recorder, workspace, bus})
  const verifier = new Verifier({recorder, workspace, ids, merges, tree: new VerificationTree('scratch', treeParts), baselines})
  const unmerged = new UnmergedCommits({recorder, workspace, leftBehind})
  return {
    setUp,
    baselines,
    verifier,
    unmerged,
    integrator: new Integrator({recorder, workspace, bus, watch, repositories, flags: new Flags({recorder, workspace, logger}), unmerged}),
  }
}
