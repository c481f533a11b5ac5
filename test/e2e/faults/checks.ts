import {readFileSync, existsSync} from 'node:fs'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'chai'
import type {LoggedEvent} from '../../../src/domain/event.js'
import {COMMITS, TEXTS, type Team} from './team.js'
import type {Project} from '../../../src/domain/model/project.js'

/** Nothing lost, nothing twice, nothing of others touched. @returns what was counted */
export async function checkAftermath(team: Team, project: Project): Promise<string> {
  const {sandbox, repository} = team
  const log = (...args: string[]) =>
    sandbox
      .git(repository, 'log', '--format=%s', ...args)
      .split('\n')
      .filter(Boolean)
  for (const [role, subjects] of Object.entries(COMMITS)) {
    const {branch, claim} = project.agents.find((agent) => agent.role === role)!
    expect(log('--no-merges', `${project.base}..${branch}`), `commits of ${role}`).to.deep.equal(subjects)
    expect(claim?.verdict, `claim of ${role}`).to.equal('holds')
  }
  const merges = log('--merges', `${project.base}..${project.integration.branch}`)
  expect(merges.toSorted(), 'merges').to.deep.equal(['Merge the work of developer', 'Merge the work of tester'])
  expect(sandbox.git(repository, 'rev-parse', project.integration.branch)).to.equal(project.integration.sha)
  for (const text of TEXTS) checkSaid(project, text)
  const acknowledged = checkMessages(project)
  await checkLog(team, project)
  checkOthers(team)
  return `${merges.length} merges, ${acknowledged} of ${project.messages.length} messages acknowledged, ${project.agents.reduce((sum, {restarts}) => sum + restarts, 0)} restarts`
}

/** Nothing that was said is lost. A sender that was killed in the middle of saying it, before it knew that it was heard, says it again: as another message. */
function checkSaid({messages, agents}: Project, text: string): void {
  const said = messages.filter((message) => message.text === text)
  const restarts = agents.find(({id}) => id === said[0]?.from)?.restarts ?? 0
  expect(said.length, `how often ‘${text}’ was said`).to.be.within(1, 1 + restarts)
}

/** A receipt for each that one of the team waited for, and none of them twice in its recipient's conversation. */
function checkMessages(project: Project): number {
  for (const message of project.messages) {
    expect(message.state, `${message.id} ${message.text}`).to.be.oneOf(
      message.text === 'one stands' ? ['acknowledged'] : ['acknowledged', 'expired'],
    )
    const transcript = project.agents.find(({id}) => id === message.to)?.transcript?.path
    const held =
      transcript && existsSync(transcript) ? wordsOf(transcript).filter((text) => text.includes(`[orch ${message.id} `)).length : 0
    expect(held, `${message.id} in the conversation`).to.be.at.most(1)
    if (message.state === 'acknowledged') expect(held, `${message.id} is said to be acknowledged`).to.equal(1)
  }
  return project.messages.filter(({state}) => state === 'acknowledged').length
}

function wordsOf(transcript: string): string[] {
  const lines = readFileSync(transcript, 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
  return lines
    .map((line) => JSON.parse(line) as {type: string; message?: {content?: unknown}; attachment?: {type?: string; prompt?: unknown}})
    .filter(({type, attachment}) => type === 'user' || (type === 'attachment' && attachment?.type === 'queued_command'))
    .map(({message, attachment}) => JSON.stringify(message?.content ?? attachment?.prompt ?? ''))
}

/** The log ends with what the record says; its line follows the commit. */
async function checkLog(team: Team, project: Project): Promise<void> {
  for (let looks = 0; looks < 100 && lastState(team, project) !== project.state; looks++) await sleep(100)
  expect(lastState(team, project), 'the last state in the log').to.equal(project.state)
}

function lastState({sandbox}: Team, project: Project): unknown {
  const lines = readFileSync(join(sandbox.path('data'), 'projects', project.id, 'events.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line.endsWith('}'))
  const events = lines.map((line) => JSON.parse(line) as LoggedEvent)
  return events.findLast(({type}) => type === 'project.state')?.data['to']
}

function checkOthers(team: Team): void {
  const {sandbox, repository, head} = team
  expect(team.bystandersLive(), 'processes of others live').to.equal(true)
  expect(sandbox.git(repository, 'rev-parse', 'HEAD')).to.equal(head)
  expect(sandbox.git(repository, 'symbolic-ref', 'HEAD')).to.equal('refs/heads/main')
  expect(sandbox.git(repository, 'status', '--porcelain', '--ignored')).to.equal('')
  expect(sandbox.git(repository, 'fsck', '--strict')).to.equal('')
}
