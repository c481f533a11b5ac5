import type {LaunchRequest, PaneCommand, SpawnAdditions} from '@orch/plugin-kit'
import {notesPath} from '../record/agent-files.js'
import type {Project} from '../../domain/model/project.js'
import type {Agent, Run} from '../../domain/model/agent.js'

/** What a driver is told of the run it is to make a command for. @param given what the stage of the start decides */
export function launchRequest(
  project: Project,
  agent: Agent,
  run: Run,
  env: Readonly<Record<string, string>>,
  given: Required<Pick<LaunchRequest, 'mcp' | 'briefing' | 'firstPrompt'>>,
): LaunchRequest {
  return {
    project: {id: project.id, name: project.name, repository: project.repository.mainRoot},
    agent: {id: agent.id, role: agent.role, title: agent.title},
    run: {id: run.id, token: run.token},
    conversation: agent.conversation,
    resume: agent.hasConversation,
    worktree: agent.worktree,
    directory: agent.directory,
    env,
    settings: project.options.drivers[agent.kind] ?? {},
    options: agent.options,
    readable: [project.directory, ...project.agents.filter(({id}) => id !== agent.id).map(({worktree}) => worktree)],
    ...given,
  }
}

/** What an agent is told first. @param briefing path of its briefing */
export function promptFor(agent: Agent, briefing: string): string {
  return agent.hasConversation ? restartPrompt(agent, briefing) : firstPrompt(agent, briefing)
}

/** A command with what the plugins add to it. */
export function extend(command: PaneCommand, {args = [], env = {}}: SpawnAdditions): PaneCommand {
  return {...command, argv: [...command.argv, ...args], env: {...command.env, ...env}}
}

function restartPrompt({evidence}: Agent, briefing: string): string {
  return `You were started again after an interruption (${evidence.what}). Your briefing is in ${briefing}. Look at git status and orch inbox, and continue where you stopped.`
}

function firstPrompt({context, directory}: Agent, briefing: string): string {
  const start = `Read your briefing in ${briefing} and start.`
  if (!context?.handedOver) return start
  return `You take over from an earlier conversation of your role. ${start} Its notes, if it left any, are there and in ${notesPath(directory)}; look at git log and orch inbox too, and continue where it stopped.`
}
