import type {Answer, BriefingSection} from '@orch/plugin-kit'
import {baselineText} from '../verification/baselines.js'
import type {Project} from '../../domain/model/project.js'

/** Left out only after everything else that may be. */
const WEIGHT = 98

/** What fails before any work, as a section of a briefing; none while that is not known, and where everything passes. */
export function baselineSection({baseline}: Project): Answer<readonly BriefingSection[]>[] {
  if (!baseline || baseline.outcome === 'passed') return []
  return [{plugin: 'orch', value: [{title: 'What fails before any work', body: baselineText(baseline), weight: WEIGHT}]}]
}
