import type {McpStep} from '@orch/plugin-kit'
import {TWO_STAGE} from '../contract.js'

/**
 * The sequence of the original: start, approve, exit, wait, kill, wait, recreate, and (the start proper) start. The waits between are the contract's own: each
 * start, exit and kill passes its gate.
 * @param approve names of the servers that are approved; every other is turned down
 * @param stageMs milliseconds the approval may take, from the start to a screen that can be typed into
 */
export function twoStage(approve: readonly string[], stageMs: number): McpStep[] {
  return [
    {step: 'start', minMs: TWO_STAGE.startMs},
    {step: 'gate', approve, keyMs: TWO_STAGE.keyMs, minMs: TWO_STAGE.settleMs, timeoutMs: stageMs},
    {step: 'exit', minMs: TWO_STAGE.exitMs},
    {step: 'kill'},
    {step: 'recreate', minMs: TWO_STAGE.recreateMs},
  ]
}
