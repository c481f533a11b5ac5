import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import type {Correspondent} from './correspondent.js'
import {checkIntegration} from './integration-check.js'
import type {Journal} from './journal.js'
import type {Playground} from './playground.js'
import type {Project} from '../../../src/domain/model/project.js'
import type {Message} from '../../../src/domain/model/message.js'
import type {Agent} from '../../../src/domain/model/agent.js'

export interface Subject {
  readonly playground: Playground
  readonly journal: Journal
  readonly correspondent: Correspondent
}

/** What must be true of a project that is over. */
export async function checkProject(subject: Subject, id: string): Promise<void> {
  const {playground, journal} = subject
  const project = playground.project(id)
  if (!project) return journal.violation(`${id} has no record after its end`)
  journal.count(`projects ${project.state}`)
  journal.note(`project ${id} is ${project.state}`)
  journal.count(
    'restarts of agents',
    project.agents.reduce((sum, {restarts}) => sum + restarts, 0),
  )
  checkMessages(subject, project)
  if (project.state === 'completed') checkIntegration(playground, journal, project)
  const fsck = playground.sandbox.git(playground.repository, 'fsck', '--strict', '--no-dangling')
  if (fsck !== '') journal.violation(`git fsck after ${id}: ${fsck}`)
}

/** Every commit that a ref of orch ever named can still be reached from a ref. */
export function checkCommits({sandbox, repository}: Playground, journal: Journal, tips: ReadonlyMap<string, string>): void {
  // Not what only the HEAD of a linked worktree holds: that goes with the worktree.
  const reachable = new Set(sandbox.git(repository, 'rev-list', '--single-worktree', '--all').split('\n'))
  journal.count('tips of orch refs seen', tips.size)
  for (const [commit, ref] of tips) if (!reachable.has(commit)) journal.violation(`${commit} of ${ref} cannot be reached any more`)
}

/** Each message at most once in its recipient's conversation, with a receipt only when it is there, and none that was accepted is unknown. */
function checkMessages({journal, correspondent}: Subject, project: Project): void {
  const messages = messagesOf(project)
  const heard = new Map(project.agents.map((agent) => [agent.id, conversationOf(agent)]))
  for (const {id, to, state} of messages.values()) {
    const conversation = heard.get(to)
    if (conversation === undefined) continue
    journal.count(`messages ${state}`)
    const times = conversation.filter((text) => text.includes(`[orch ${id} `)).length
    if (times > 1) journal.violation(`${id} is ${times} times in the conversation of ${to}`)
    if (state === 'acknowledged' && times === 0) journal.violation(`${id} is acknowledged and not in the conversation of ${to}`)
  }
  for (const {project: of, role, token, id, hasReceipt} of correspondent.sent.filter((sent) => sent.project === project.id)) {
    const agent = project.agents.find((each) => each.role === role)!
    const times = heard.get(agent.id)!.filter((text) => text.includes(token)).length
    if (hasReceipt && times !== 1) journal.violation(`${token} has a receipt and is ${times} times in the conversation of ${of}:${role}`)
    if (times > 1) journal.violation(`${token} is ${times} times in the conversation of ${of}:${role}`)
    if (id !== null && !messages.has(id)) journal.violation(`${id} (${token}) was accepted and is in no record of ${of}`)
  }
}

/** Those of the record, and those that left it; the record counts. */
function messagesOf(project: Project): Map<string, Message> {
  const archive = join(project.directory, 'messages.jsonl')
  const archived = existsSync(archive) ? linesOf(archive).map((line) => JSON.parse(line) as Message) : []
  return new Map([...archived, ...project.messages].map((message) => [message.id, message]))
}

/** What an agent was told, in all of its conversations. */
function conversationOf({transcript}: Agent): string[] {
  if (!transcript) return []
  const folder = dirname(transcript.path)
  const paths = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : []
  return paths
    .flatMap((name) => linesOf(join(folder, name)))
    .map((line) => JSON.parse(line) as {type: string; message?: {content?: unknown}; attachment?: {type?: string; prompt?: unknown}})
    .filter(({type, attachment}) => type === 'user' || (type === 'attachment' && attachment?.type === 'queued_command'))
    .map(({message, attachment}) => JSON.stringify(message?.content ?? attachment?.prompt ?? ''))
}

/** Whole lines: a kill may tear the last one. */
function linesOf(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
}
