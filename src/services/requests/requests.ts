import type {Clock, Ids} from '@orch/plugin-kit'
import {answerApproval, overdueApprovals, pendingIn, requestApproval, type Answer, type Request} from '../../domain/request.js'
import type {Recorder} from '../record/recorder.js'
import type {Project} from '../../domain/model/project.js'
import type {Approval} from '../../domain/model/request.js'

interface ApprovalsOptions {
  readonly recorder: Recorder
  readonly clock: Clock
  readonly ids: Ids
}

/** Questions that somebody else decides: on record until they are answered, across restarts. */
export class Requests {
  readonly #options: ApprovalsOptions

  constructor(options: ApprovalsOptions) {
    this.#options = options
  }

  /** @throws ORCH_REFUSED for a request to oneself */
  async request(projectId: string, request: Request): Promise<Approval> {
    const {recorder, ids} = this.#options
    const project = await recorder.change(projectId, (before, now) => requestApproval(before, request, ids.next('m'), now))
    return find(project, request.id)
  }

  /** @throws ORCH_NOT_FOUND, ORCH_REFUSED, ORCH_CLASH */
  async answer(projectId: string, id: string, answer: Answer): Promise<Approval> {
    const {recorder, ids} = this.#options
    const project = await recorder.change(projectId, (before, now) => answerApproval(before, id, answer, ids.next('m'), now))
    return find(project, id)
  }

  /** Defaults and escalations that are due; to be called now and then. */
  async tick(project: Project): Promise<void> {
    const {recorder, clock, ids} = this.#options
    const now = clock.now()
    if (!pendingIn(project).some(({deadline}) => deadline !== null && deadline <= now)) return
    await recorder.change(project.id, (before) => overdueApprovals(before, () => ids.next('m'), now))
  }
}

function find(project: Project, id: string): Approval {
  return project.requests.find((approval) => approval.id === id)!
}
