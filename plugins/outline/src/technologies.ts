import type {TextBlock} from './markdown/text-block.js'

/** A language: how prose names it, the tags its code blocks carry, the ends of its files. */
const LANGUAGES: readonly (readonly [name: string, type: string, mention: RegExp, tags: string])[] = [
  ['TypeScript', 'typescript', /\bTypeScript\b|\.tsx?\b/gi, 'ts typescript tsx'],
  ['JavaScript', 'javascript', /\bJavaScript\b|\bNode(?:\.js|JS)\b|[\w/-]\.[mc]?jsx?\b/gi, 'js javascript jsx mjs'],
  ['Python', 'python', /\bPython\b|[\w/-]\.py\b/gi, 'py python python3'],
  ['Go', 'go', /\bgolang\b|\bgo\.mod\b|\bGo (?:1\.\d+|code|module|program|service|binary|toolchain)\b|\bin Go\b/g, 'go golang'],
  ['Rust', 'rust', /\bRust\b|\bCargo\b|[\w/-]\.rs\b/g, 'rust rs'],
  ['Java', 'java', /\bJava\b|[\w/-]\.java\b/g, 'java'],
  ['Kotlin', 'kotlin', /\bKotlin\b/g, 'kotlin kt'],
  ['Ruby', 'ruby', /\bRuby\b|\bRails\b|[\w/-]\.rb\b/g, 'ruby rb'],
  ['PHP', 'php', /\bPHP\b|\bLaravel\b|[\w/-]\.php\b/g, 'php'],
  ['C#', 'csharp', /\bC#|\.NET\b/g, 'csharp cs'],
  ['C++', 'cpp', /\bC\+\+|[\w/-]\.cpp\b/g, 'cpp c++'],
  ['C', 'c', /\bANSI C\b|\bC(?:99|11|17)\b|\bin C\b(?![#+])|[\w/-]\.c\b/g, 'c'],
  ['Swift', 'swift', /\bSwift\b/g, 'swift'],
  ['Elixir', 'elixir', /\bElixir\b/g, 'elixir'],
]

const TOOLS: readonly (readonly [name: string, mention: RegExp])[] = [
  ['React', /\bReact\b/],
  ['Vue', /\bVue(?:\.js)?\b/],
  ['Angular', /\bAngular\b/],
  ['Svelte', /\bSvelte\b/],
  ['Next.js', /\bNext\.?js\b/i],
  ['Django', /\bDjango\b/],
  ['Flask', /\bFlask\b/],
  ['FastAPI', /\bFastAPI\b/i],
  ['Express', /\bExpress(?:\.js|JS)\b|\bExpress (?:server|app|framework)\b/],
  ['Spring', /\bSpring Boot\b/],
  ['GraphQL', /\bGraphQL\b/i],
  ['PostgreSQL', /\bPostgres(?:QL)?\b/i],
  ['MySQL', /\bMySQL\b|\bMariaDB\b/i],
  ['SQLite', /\bSQLite\b/i],
  ['MongoDB', /\bMongoDB\b/i],
  ['Redis', /\bRedis\b/i],
  ['Kafka', /\bKafka\b/],
  ['Airflow', /\bAirflow\b/i],
  ['Docker', /\bDocker(?:file)?\b/i],
  ['Kubernetes', /\bKubernetes\b|\bk8s\b/i],
  ['Terraform', /\bTerraform\b/i],
  ['Ansible', /\bAnsible\b/i],
  ['AWS', /\bAWS\b/],
  ['tmux', /\btmux\b/i],
  ['oclif', /\boclif\b/i],
]

/** Technologies a plan names at most. */
const MOST = 12

/** Text that is looked at; a specification that has named nothing by then names nothing. */
const LONGEST = 300_000

/** A code block of a language says more than a mention of it. */
const FENCE_WEIGHT = 3

/** What a specification is written for, by its own words. */
export interface Technologies {
  readonly names: readonly string[]
  /** The language named most, else `infrastructure`, `documentation` or `general`. */
  readonly type: string
}

/** Finds languages and tools in a specification. @param title decides when no language is named */
export function findTechnologies(spec: string, blocks: readonly TextBlock[], title: string): Technologies {
  const text = spec.slice(0, LONGEST)
  const languages = LANGUAGES.map(([name, type, mention, tags]) => {
    const fences = blocks.filter((block) => block.kind === 'code' && tags.split(' ').includes(block.lang)).length
    return {name, type, score: (text.match(mention)?.length ?? 0) + fences * FENCE_WEIGHT}
  })
    .filter(({score}) => score > 0)
    .sort((a, b) => b.score - a.score)
  const tools = TOOLS.filter(([, mention]) => mention.test(text)).map(([name]) => name)
  return {names: [...languages.map(({name}) => name), ...tools].slice(0, MOST), type: languages[0]?.type ?? typeOf(title, tools)}
}

function typeOf(title: string, tools: readonly string[]): string {
  if (tools.some((tool) => ['Terraform', 'Ansible', 'Kubernetes', 'AWS'].includes(tool))) return 'infrastructure'
  return /\b(documentation|docs|manual|handbook|guide|tutorial)\b/i.test(title) ? 'documentation' : 'general'
}
