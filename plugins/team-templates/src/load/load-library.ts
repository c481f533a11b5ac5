import {OrchError, type TemplateSource, type SchemaValidator} from '@orch/plugin-kit'
import {ORCHESTRATOR, type TemplateLibrary} from '../model.js'
import {toKey} from '../role-key.js'
import {checkTeams, type LoadedTeam} from './check-teams.js'
import {toTeam} from './definitions.js'
import {loadBriefings} from './load-briefings.js'
import {loadRoles} from './load-roles.js'
import {problemAt} from './references.js'
import {readTeamFile, type TeamFile} from './read-team-file.js'
import {formatProblems, type Problem} from './problem.js'
import {readSource} from './read-source.js'

/**
 * Reads and checks every source.
 * @throws ORCH_TEMPLATE with all problems of all files at once
 */
export async function loadLibrary(sources: readonly TemplateSource[], schemas: SchemaValidator): Promise<TemplateLibrary> {
  const read = await Promise.all(sources.map(readSource))
  const files = read.flatMap(({source, teams}) => teams.map((text) => readTeamFile(source, text, schemas)))
  const {briefings, partials, problems: inBriefings} = loadBriefings(read)
  const {roles, problems: inRoles} = loadRoles(whole(files, 'roles'), briefings)
  const {loaded, problems: twins} = loadTeams(files)
  const problems = [...read.flatMap((source) => source.problems), ...files.flatMap((file) => file.problems), ...inBriefings, ...twins]
  // A file that could not be used may be the one that defines the roles the others name: then nothing is said of references.
  if (!files.some(({kind, file}) => !file && kind !== 'team')) {
    const unusable = files.filter(({file}) => !file).map(({name}) => toKey(name))
    problems.push(...inRoles, ...checkTeams(loaded, roles, briefings, unusable))
  }
  if (problems.length === 0 && !roles.has(ORCHESTRATOR)) {
    problems.push({file: sources[0]?.path ?? 'templates', line: 1, message: `no source defines the role ${ORCHESTRATOR}`})
  }
  if (problems.length > 0) throw new OrchError('ORCH_TEMPLATE', {problems: formatProblems(problems)})
  return {roles, teams: new Map([...loaded].map(([name, {team}]) => [name, team])), briefings, partials}
}

function whole(files: readonly TeamFile[], kind: 'roles' | 'team') {
  return files.flatMap((entry) => (entry.kind === kind && entry.file ? [entry.file] : []))
}

/** The templates by name, later sources over earlier; twice in one source is a problem. */
function loadTeams(files: readonly TeamFile[]): {loaded: Map<string, LoadedTeam>; problems: Problem[]} {
  const loaded = new Map<string, LoadedTeam>()
  const problems: Problem[] = []
  for (const {kind, file, name} of files) {
    if (kind !== 'team' || !file) continue
    const team = toTeam(file, name)
    const twin = loaded.get(team.name)
    if (twin?.file.source === file.source) problems.push(problemAt(file, ['name'], `the template ${team.name} is in ${twin.file.path} too`))
    loaded.set(team.name, {team, file})
  }
  return {loaded, problems}
}
