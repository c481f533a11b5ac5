import {OrchError, type McpServer} from '@orch/plugin-kit'
import type {DiscoveredServers} from './discovery.js'
import type {McpSettings, Policy} from './mcp-settings.js'

/** What an agent of a role is to have of the servers there are. */
export interface ServerSet {
  readonly servers: readonly {readonly server: McpServer; readonly policy: Policy}[]
  /** With the reason. */
  readonly leftOut: readonly {readonly name: string; readonly why: string}[]
}

export interface Asker {
  readonly role: string
  readonly trusted: boolean
  /** Names the team template gives the role; null when it gives none. */
  readonly template: readonly string[] | null
}

/**
 * Chooses the servers of an agent: those of its role in the configuration, else in its team template, else all. What is switched off for the repository, and the
 * repository's own where it is not trusted, is left out.
 * @throws ORCH_CONFIG for a name in the configuration that no server has
 */
export function chooseServers({servers, disabled}: DiscoveredServers, settings: McpSettings, {role, trusted, template}: Asker): ServerSet {
  const names = servers.map(({name}) => name)
  const configured = settings.roles[role]
  requireKnown(names, [
    ...Object.keys(settings.servers).map((name) => [`oauth.mcp.servers.${name}`, name] as const),
    ...(configured ?? []).map((name) => [`oauth.mcp.roles.${role}`, name] as const),
  ])
  const wanted = configured ?? template
  const reasons = servers.map((server) => ({server, why: whyNot(server, {wanted, role, trusted, disabled})}))
  return {
    servers: reasons.flatMap(({server, why}) =>
      why === null ? [{server, policy: settings.servers[server.name]?.policy ?? 'optional'}] : [],
    ),
    leftOut: [
      ...reasons.flatMap(({server: {name}, why}) => (why === null ? [] : [{name, why}])),
      // A template is written for many: that a person lacks a server it names is no error of theirs.
      ...(configured ? [] : (template ?? []))
        .filter((name) => !names.includes(name))
        .map((name) => ({name, why: `the team template names it for ${role}, and no such server is configured`})),
    ],
  }
}

interface Situation {
  readonly wanted: readonly string[] | null
  readonly role: string
  readonly trusted: boolean
  readonly disabled: ReadonlySet<string>
}

function whyNot({name, source}: McpServer, {wanted, role, trusted, disabled}: Situation): string | null {
  if (wanted && !wanted.includes(name)) return `the role ${role} does not have it`
  if (disabled.has(name)) return 'it is disabled for this repository in ~/.claude.json'
  if (source === 'project' && !trusted) return 'it comes from .mcp.json and the repository is not trusted (--trust-project)'
  return null
}

function requireKnown(known: readonly string[], named: readonly (readonly [string, string])[]): void {
  const there = known.length === 0 ? 'there is none in .mcp.json or ~/.claude.json' : `there is ${known.join(', ')}`
  const problems = named
    .filter(([, name]) => !known.includes(name))
    .map(([key, name]) => `${key}: no MCP server is called ${name}; ${there}`)
  if (problems.length > 0) throw new OrchError('ORCH_CONFIG', {problems: [...new Set(problems)]})
}
