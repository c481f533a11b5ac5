import type {Resumed} from '../domain/resume.js'

/** What `orch resume` answers. */
export interface ResumedProject {
  readonly id: string
  readonly state: string
  readonly resumed: readonly Resumed[]
}

/** Says the project's state, whom the resume woke, and where to look. */
export function resumeLines({id, state, resumed}: ResumedProject): string[] {
  const roles = (how: Resumed['how']) => resumed.filter((one) => one.how === how).map(({role}) => role)
  const said = [...sentence('Started again', roles('starts')), ...sentence('Trying again now what was refused', roles('tries-again'))]
  return [
    `The project ${id} is ${state}.`,
    ...(said.length > 0 ? said : ['No agent had ended or was held up: all stay as they are.']),
    `Look: orch attach ${id} · orch status ${id}`,
  ]
}

function sentence(what: string, roles: readonly string[]): string[] {
  return roles.length > 0 ? [`${what}: ${roles.join(', ')}.`] : []
}
