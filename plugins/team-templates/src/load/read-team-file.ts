import type {SchemaProblem, SchemaValidator} from '@orch/plugin-kit'
import {problemAt} from './references.js'
import type {Problem} from './problem.js'
import type {TextFile} from './read-source.js'
import {ROLES_SCHEMA, TEAM_SCHEMA} from './schemas.js'
import {parseYaml, type YamlFile} from './yaml-file.js'

/** A file of the `teams` folder. */
export interface TeamFile {
  /** null when the file does not say. */
  readonly kind: 'roles' | 'team' | null
  readonly name: string
  /** null when it has problems of its own. */
  readonly file: YamlFile | null
  readonly problems: readonly Problem[]
}

/** Parses a file and checks it against the schema of its kind. */
export function readTeamFile(source: string, {path, name, text}: TextFile, schemas: SchemaValidator): TeamFile {
  const result = parseYaml(source, path, text)
  if ('problems' in result) return {kind: null, name, file: null, problems: result.problems}
  const {file} = result
  const kind = (file.value as {kind?: unknown} | null)?.kind
  if (kind !== 'roles' && kind !== 'team') {
    return {kind: null, name, file: null, problems: [problemAt(file, ['kind'], 'kind must be roles or team')]}
  }
  const problems = schemas
    .check(kind === 'roles' ? ROLES_SCHEMA : TEAM_SCHEMA, file.value)
    .map((problem) => problemAt(file, problem.path, inWords(problem)))
  return {kind, name, file: problems.length > 0 ? null : file, problems}
}

function inWords({path, message, suggestion}: SchemaProblem): string {
  const where = path.length > 0 ? `${path.join('.')}: ` : ''
  return `${where}${message}${suggestion === undefined ? '' : ` (did you mean ${JSON.stringify(suggestion)}?)`}`
}
