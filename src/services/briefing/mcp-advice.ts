import {line} from './clean.js'
import type {BriefingInput} from './input.js'

type Server = BriefingInput['mcpServers'][number]

/** What an MCP server is good for, guessed from its name, and from its tools where that says nothing. */
export type McpCategory = 'filesystem' | 'web search' | 'web scraping' | 'database' | 'knowledge' | 'automation' | 'other'

/** Words, and parts of words where they are long enough to mean nothing else. Of a name the first that fits counts. */
const NAMES: readonly (readonly [McpCategory, RegExp])[] = [
  ['filesystem', /filesystem|(?<![a-z])(?:files?|drive|s3)(?![a-z])/],
  [
    'web search',
    /search(?![_ -]?(?:files?|nodes?|code|issues?|repositories))|brave|tavily|perplexity|google|(?<![a-z])exa(?![a-z])|duckduckgo/,
  ],
  ['web scraping', /firecrawl|puppeteer|playwright|scrap|crawl|fetch|browser/],
  ['database', /postgres|mysql|sqlite|mongo|redis|supabase|database|sql|bigquery/],
  ['knowledge', /context7|memory|knowledge|wiki|(?<![a-z])(?:docs|rag)(?![a-z])|notion|obsidian/],
  ['automation', /zapier|n8n|github|gitlab|slack|jira|(?<![a-z])linear(?![a-z])|docker|kubernetes|automation|sentry/],
]

const ADVICE: Readonly<Record<McpCategory, Readonly<Record<string, string>>>> = {
  'web search': {
    researcher: 'Search first for what is current; two sources for what others will rely on.',
    developer: 'Look up an error message or an interface before you guess.',
    'code-reviewer': 'Look up what an interface promises before you call its use wrong.',
    securityops: 'Look up known weaknesses of the exact versions in use.',
    'documentation-writer': 'Check names and addresses of other projects before you cite them.',
  },
  'web scraping': {
    researcher: 'Fetch whole pages of documentation and release notes instead of relying on excerpts.',
    tester: 'Drive the user interface in a real browser for the criteria that concern it.',
    'documentation-writer': 'Take screenshots and check links with it.',
  },
  database: {
    databaseops: 'Look at schema, sizes and query plans with it; read before you write.',
    researcher: 'Measure on the data itself what others only claim of it; read, and change nothing.',
    developer: 'Look at the real schema before you write a query.',
    tester: 'Check what was stored, not only what was answered.',
  },
  knowledge: {
    researcher: 'Ask it for the documentation of the exact version before you search the web.',
    developer: 'Ask it for the interface of a library in the version the project uses.',
    'documentation-writer': 'Ask it for the terms the field uses.',
  },
  filesystem: {
    researcher: 'Read what lies outside the repository and bears on the question: samples, earlier work, vendored sources.',
    developer: 'Your worktree needs no server; use it only for files outside it that the plan names.',
    logtracker: 'Read logs outside your worktree with it; change nothing there.',
    sysadmin: 'Look at configuration with it before you change it, and keep a copy of what you change.',
  },
  automation: {
    researcher: 'Read issues, discussions and release notes of what the project depends on: known problems are reported there first.',
    devops: 'Use it to read runs and issues; what it changes outside the repository is asked for first.',
    'project-manager': 'Use it to read issues; do not write to outside systems without being asked to.',
  },
  other: {},
}

/** Tools of one server that a briefing names. */
const SHOWN_TOOLS = 12

/** Servers as a briefing lists them; their own words are data, a line each. */
export function describeServers(servers: readonly Server[]): {name: string; category: McpCategory; hasTools: boolean; tools: string}[] {
  return servers.map((server) => {
    const shown = server.tools.slice(0, SHOWN_TOOLS).map((tool) => line(tool).slice(0, 60))
    const more = server.tools.length - shown.length
    return {
      name: line(server.name),
      category: categoryOf(server),
      hasTools: shown.length > 0,
      tools: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    }
  })
}

/** What the servers mean for a role; the orchestrator makes the inventory instead. */
export function adviceFor(role: string, servers: readonly Server[]): string[] {
  if (role === 'orchestrator' && servers.length > 0) return ['Find out which of them answer, and put that into the inventory for the team.']
  const categories = new Set(servers.map(categoryOf))
  return [...categories].flatMap((category) => {
    const advice = ADVICE[category][role]
    return advice ? [`${category[0]!.toUpperCase()}${category.slice(1)}: ${advice}`] : []
  })
}

function categoryOf({name, tools}: Server): McpCategory {
  return categoryOfWord(name) ?? mostOf(tools.flatMap((tool) => categoryOfWord(tool) ?? [])) ?? 'other'
}

function categoryOfWord(text: string): McpCategory | undefined {
  return NAMES.find(([, pattern]) => pattern.test(text.toLowerCase()))?.[0]
}

/** One tool may be called anything; what most of them are about counts. */
function mostOf(categories: readonly McpCategory[]): McpCategory | undefined {
  const count = (category: McpCategory) => categories.filter((other) => other === category).length
  return [...categories].sort((a, b) => count(b) - count(a))[0]
}
