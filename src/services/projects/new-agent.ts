import {join} from 'node:path'
import type {Ids, PlanRole} from '@orch/plugin-kit'
import type {Agent} from '../../domain/model/agent.js'

/** Where an agent belongs, and what it is given for life. */
export interface AgentPlace {
  /** Slug of the project, in branch names. */
  readonly slug: string
  /** Folder of the project in orch's state. */
  readonly directory: string
  readonly kind: string
  readonly portBlock: Agent['portBlock']
  readonly oauthPort: number
  /** Milliseconds UTC. */
  readonly now: number
}

/** The record of an agent of which nothing has been started. */
export function plannedAgent(role: PlanRole, ids: Ids, {slug, directory, kind, portBlock, oauthPort, now}: AgentPlace): Agent {
  return {
    id: ids.next('a'),
    role: role.key,
    title: role.title,
    kind,
    owes: role.owes,
    mergeAfter: role.after,
    state: 'planned',
    evidence: {source: 'orch', what: 'planned', at: now},
    branch: `orch/${slug}/${role.key}`,
    worktree: join(directory, 'worktrees', role.key),
    directory: join(directory, 'agents', role.key),
    window: null,
    pane: null,
    conversation: ids.uuid(),
    hasConversation: false,
    transcript: null,
    run: null,
    exitCode: null,
    restarts: 0,
    waitingFor: null,
    portBlock,
    oauthPort,
    options: (role.agent[kind] ?? {}) as Record<string, unknown>,
    claim: null,
    rejections: 0,
    ...(role.grants ? {grants: role.grants} : {}),
    ...(role.childProjects ? {childProjects: role.childProjects} : {}),
  }
}
