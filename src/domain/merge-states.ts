import type {MergeState} from '@orch/plugin-kit'
import type {TransitionTable} from './transition.js'

/** A conflict or a rejection is worked on by its agent and checked again. */
export const MERGE_TRANSITIONS: TransitionTable<MergeState> = {
  pending: ['checking'],
  checking: ['merged', 'conflicted', 'rejected', 'pending'],
  merged: ['checking'],
  conflicted: ['pending', 'checking'],
  rejected: ['pending', 'checking'],
}
