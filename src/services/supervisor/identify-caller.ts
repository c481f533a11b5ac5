import {OrchError, type Caller} from '@orch/plugin-kit'
import {findAgent} from '../../domain/project.js'
import type {Store} from '../../domain/ports/store.js'

/** Who speaks: only the run that holds the token speaks for its agent. @throws ORCH_UNAUTHORISED */
export function identifyCaller(store: Store, claim: {readonly project: string; readonly agent: string; readonly token: string}): Caller {
  const project = store.project(claim.project)
  const agent = project && findAgent(project, claim.agent)
  if (!agent) throw new OrchError('ORCH_UNAUTHORISED', {why: `the project of ${claim.agent} is over, or it was never here`})
  if (!agent.run || !sameSecret(agent.run.token, claim.token))
    throw new OrchError('ORCH_UNAUTHORISED', {why: `the token is not that of the present run of ${agent.role}`})
  return {agent: {project: claim.project, agent: agent.id, role: agent.role}}
}

/** In time that does not tell how much of a guess was right. */
function sameSecret(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) difference |= a.charCodeAt(index) ^ b.charCodeAt(index)
  return difference === 0
}
