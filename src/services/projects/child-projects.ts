import type {Actor} from '@orch/plugin-kit'
import {nameChild, startChild, withdrawChild, type ChildTerms} from '../../domain/child-project.js'
import type {Intake} from './intake.js'
import type {Recorder} from '../record/recorder.js'
import type {ApprovedRun, StartApproval} from '../planning/run-request.js'
import type {Project} from '../../domain/model/project.js'

interface ChildProjectsOptions {
  readonly recorder: Pick<Recorder, 'change'>
  readonly intake: Pick<Intake, 'start'>
}

type Starter = Extract<Actor, {kind: 'agent'}>

/** Starts projects for agents, within what their own project allows. */
export class ChildProjects {
  readonly #options: ChildProjectsOptions

  constructor(options: ChildProjectsOptions) {
    this.#options = options
  }

  /** As `Intake.start`; no agent approves as a person does. @throws ORCH_REFUSED beyond the grant */
  async start(by: Starter, request: ApprovedRun, approval: StartApproval): Promise<{project: Project; warnings: string[]}> {
    const terms = await this.#reserve(by, request)
    const {recorder, intake} = this.#options
    let started: {project: Project; warnings: string[]}
    try {
      started = await intake.start({...request, ...terms}, {...approval, by: 'flag'}, by)
    } catch (error) {
      await recorder.change(by.project, (parent) => withdrawChild(parent, request.key))
      throw error
    }
    await recorder.change(by.project, (parent) => nameChild(parent, request.key, started.project.id))
    return started
  }

  /** Puts the child on its parent's record. */
  async #reserve({project, agent}: Starter, request: ApprovedRun): Promise<ChildTerms> {
    const wanted = {key: request.key, deadlineAt: request.deadlineAt ?? null, budgetUsd: request.budgetUsd ?? null}
    const granted: {terms?: ChildTerms} = {}
    await this.#options.recorder.change(project, (parent) => {
      const change = startChild(parent, agent, wanted)
      granted.terms = change.terms
      return change
    })
    return granted.terms!
  }
}
