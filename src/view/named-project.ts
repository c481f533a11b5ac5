import {sep} from 'node:path'
import {OrchError, hasCode, isOrchError} from '@orch/plugin-kit'
import type {SupervisorClient} from '@orch/plugin-kit/command'

/** Where a command is run. */
export interface Here {
  /** The state directory. */
  readonly dataDir: string
  readonly env: NodeJS.ProcessEnv
  /** The current folder. */
  readonly cwd: string
}

/** What was typed; words that were left out are undefined. */
interface Typed {
  readonly project?: string | undefined
  readonly role?: string | undefined
}

/** What is typed for PROJECT may be left out inside an agent, in its worktree, and while one project alone is unfinished. */
export const GUESSED =
  'Id, name, or a unique beginning of either. Left out: that of the agent you are in, else the only one that is unfinished.'

/**
 * The project a command is about. The supervisor never guesses it for a deed.
 * @param name as typed; an empty word is a variable that is not set, and names nothing
 * @throws ORCH_AMBIGUOUS with all there are, ORCH_NOT_FOUND
 */
export async function namedProject(client: SupervisorClient, name: string | undefined, here: Here): Promise<string> {
  const project = name ?? projectAt(here)
  return project ?? (await client.call<{id: string}>('project.outcome', {}, {idempotent: true})).id
}

/** The agent a command is about: PROJECT ROLE, or ROLE alone. @throws ORCH_USAGE without a word, ORCH_AMBIGUOUS, ORCH_NOT_FOUND */
export async function namedAgent(client: SupervisorClient, {project, role}: Typed, here: Here): Promise<{project: string; role: string}> {
  if (project === undefined)
    throw new OrchError('ORCH_USAGE', {what: 'ROLE is missing.', hint: 'orch status lists projects and their roles.'})
  return role === undefined ? {project: await namedProject(client, undefined, here), role: project} : {project, role}
}

/**
 * The project, or one agent of it: PROJECT, PROJECT ROLE, or ROLE alone, of which one word is a project where there is one of that name.
 * @throws ORCH_AMBIGUOUS, ORCH_NOT_FOUND
 */
export async function namedPlace(client: SupervisorClient, typed: Typed, here: Here): Promise<{project: string; role?: string}> {
  const {project: word, role} = typed
  if (word !== undefined && role !== undefined) return {project: word, role}
  if (word === undefined) return {project: await namedProject(client, undefined, here)}
  try {
    return {project: (await client.call<{id: string}>('project.outcome', {project: word}, {idempotent: true})).id}
  } catch (error) {
    if (!hasCode(error, 'ORCH_NOT_FOUND')) throw error
    const project = await namedProject(client, undefined, here).catch((other: unknown) => {
      throw isOrchError(other) ? error : other
    })
    const agents = await client.call<{role: string}[]>('agent.list', {project}, {idempotent: true})
    if (!agents.some((agent) => agent.role === word.replaceAll('_', '-'))) throw error
    return {project, role: word}
  }
}

/** That of the agent whose shell or worktree this is. */
export function projectAt({dataDir, env, cwd}: Here): string | undefined {
  if (env['ORCH_PROJECT']) return env['ORCH_PROJECT']
  const projects = `${dataDir}${sep}projects${sep}`
  return cwd.startsWith(projects) ? cwd.slice(projects.length).split(sep)[0] : undefined
}
