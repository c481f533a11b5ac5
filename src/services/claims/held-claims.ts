import type {Clock, Ids} from '@orch/plugin-kit'
import {sequence, type Change} from '../../domain/change.js'
import {followHold, holdOf} from '../../domain/held-claim.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'

interface HeldClaimsOptions {
  readonly recorder: Recorder
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
}

/** Follows claims that wait for what runs beside an agent's turns: recorded at once, told to the agent when it lasts. */
export class HeldClaims {
  readonly #options: HeldClaimsOptions

  constructor(options: HeldClaimsOptions) {
    this.#options = options
  }

  /** To be called now and then. */
  async tick(project: Project): Promise<void> {
    const {recorder, clock, ids} = this.#options
    const held = project.agents.filter((agent) => holdOf(agent) !== null)
    if (held.length === 0) return
    const follow = (before: Project, now: number): Change =>
      sequence(
        before,
        ...held.map(
          ({id}) =>
            (next: Project) =>
              followHold(next, id, () => ids.next('m'), now),
        ),
      )
    if (follow(project, clock.now()).events.length > 0) await recorder.change(project.id, follow)
  }
}
