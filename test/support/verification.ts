import type {FakeRunner} from '@orch/plugin-kit/testing'
import {splitCommand} from '../../src/adapters/command-line.js'
import {Acceptance} from '../../src/services/project-commands/acceptance.js'
import {CandidateMerges} from '../../src/services/verification/candidate-merges.js'
import {CommandRunner} from '../../src/services/project-commands/run-command.js'
import {SetUp} from '../../src/services/project-commands/set-up.js'
import {VerificationTree} from '../../src/services/verification/verification-tree.js'
import {Verifier} from '../../src/services/verification/verifier.js'
import type {World} from './world.js'
import type {Baseline} from '../../src/domain/model/baseline.js'

/** A worktree in which the commands of a project run, in a world of fakes. */
export function aTree(world: World, processes: FakeRunner, name: 'scratch' | 'baseline' = 'scratch'): VerificationTree {
  const commands = new CommandRunner({...world, processes, split: splitCommand})
  return new VerificationTree(name, {
    ...world,
    commands,
    setUp: new SetUp({commands, files: world.files}),
    acceptance: new Acceptance(commands),
  })
}

/** @param baseline what the base shows, as a baseline that is on record or under way says */
export function aVerifier(world: World, processes: FakeRunner, baseline: Baseline | null = null): Verifier {
  return new Verifier({
    ...world,
    merges: new CandidateMerges(world),
    tree: aTree(world, processes),
    baselines: {settled: async () => baseline},
  })
}
