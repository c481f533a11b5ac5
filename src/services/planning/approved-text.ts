import {OrchError, type Plan} from '@orch/plugin-kit'
import {digestOfPlan} from './plan-files.js'
import type {Specification} from './specification.js'

/**
 * Refuses a plan that was made for another text than the one that would be worked on: it was edited since, or the plan belongs to another
 * specification. Plans of earlier versions name no text and pass.
 * @throws ORCH_CLASH
 */
export function requireSameText({spec}: Plan, planFile: string, {path, digest}: Specification): void {
  if (spec === undefined || spec.digest === digest) return
  const isEdited = spec.path === path
  throw new OrchError('ORCH_CLASH', {
    what: `The plan ${planFile}`,
    why: isEdited ? `${path} was edited after it was made` : `it was made for another text (${spec.path}) than ${path}`,
    remedy: `Plan again: orch plan ${JSON.stringify(path)}. Nothing was started.`,
  })
}

/** Refuses a plan file whose content is not what a person approved. @throws ORCH_CLASH */
export function requireApproved(plan: Plan, planFile: string, approved: string): void {
  if (digestOfPlan(plan) === approved) return
  throw new OrchError('ORCH_CLASH', {
    what: `The plan ${planFile}`,
    why: 'it was changed after it was approved',
    remedy: `Look at it again: orch run SPEC --plan-file ${JSON.stringify(planFile)}. Nothing was started.`,
  })
}
