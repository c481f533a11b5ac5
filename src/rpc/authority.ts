import type {Grant, MethodRule} from '@orch/plugin-kit'

/** Reads state of the installation, not of a project. */
const look: MethodRule = {agents: 'all', others: 'nothing'}
/** A look at a project: an agent sees its own. */
const lookAt: MethodRule = {...look, project: true}
/** What an agent says to its own team. Without a token it is a person's word, so no agent's process may say it. */
const speak: MethodRule = {agents: 'all', others: 'no-agent', project: true}
/** What an agent says of itself; the method refuses everybody else. */
const ownWord: MethodRule = {agents: 'all', others: 'nothing'}
const person: MethodRule = {agents: 'none', others: 'no-agent'}
const granted = (agents: Grant): MethodRule => ({agents, others: 'no-agent'})
const grantedIn = (agents: Grant): MethodRule => ({...granted(agents), project: true})

/** Who may call each method of orch's own. A method that is not here does not compile; a plugin's methods bring their rules themselves. */
export const AUTHORITY = {
  'system.hello': look,
  'system.check': look,
  'system.stop': granted('daemon'),
  'system.retire': look,

  'system.mayChangePlugins': granted('plugins'),

  'house.survey': look,
  'house.fix': person,
  'hooks.list': look,
  'config.show': look,
  'config.schema': look,
  'team.list': look,
  'team.show': look,
  'team.detect': look,
  'team.validate': look,
  'briefing.show': look,

  'project.plan': granted('start-projects'),
  'project.begin': granted('start-projects'),
  'repository.create': granted('start-projects'),
  'project.stop': grantedIn('stop-projects'),
  'project.pause': grantedIn('pause-projects'),
  'project.resume': grantedIn('resume-projects'),
  'project.follow': lookAt,
  'project.outcome': lookAt,
  'project.standing': lookAt,
  'project.events': lookAt,
  'project.report': lookAt,
  'status.changes': lookAt,
  'status.get': lookAt,

  'agent.report': {...ownWord, project: true},
  'agent.list': lookAt,
  'team.status': look,
  'agent.show': lookAt,
  'agent.capture': lookAt,
  'agent.logs': lookAt,
  'agent.follow': lookAt,
  'agent.attach': lookAt,
  'agent.brief': grantedIn('restart-agents'),
  'agent.add': grantedIn('add-agents'),
  'agent.restart': grantedIn('restart-agents'),
  'agent.stop': grantedIn('stop-agents'),
  // A team without its tester claims more easily: what is owed to the person is the person's to take back.
  'agent.remove': {...person, project: true},

  'claim.done': ownWord,
  'claim.fail': ownWord,
  'report.status': ownWord,
  'message.send': {agents: 'all', others: 'no-agent'},
  'message.list': lookAt,
  'message.inbox': ownWord,
  'message.read': ownWord,
  'approval.ask': speak,
  'approval.answer': {agents: 'all', others: 'terminal'},
  'approval.show': look,
  'approval.list': lookAt,
  'checkin.add': speak,
  'checkin.list': lookAt,
  'checkin.remove': speak,
} as const satisfies Readonly<Record<string, MethodRule>>

export type MethodName = keyof typeof AUTHORITY

/** The rule of a plugin's method that declares none. */
export const UNDECLARED: MethodRule = person
