const SHELL_TAGS = new Set(['sh', 'bash', 'shell', 'zsh', 'console', 'shell-session', 'shellsession', 'terminal', 'sh-session'])

/** Programs by which inline code, or an untagged block, is known to be a command. */
const PROGRAMS = new Set(
  (
    'npm npx pnpm yarn bun node deno tsc eslint prettier mocha jest vitest playwright cypress python python3 pytest tox nox uv poetry ruff mypy ' +
    'make cmake ctest ninja cargo go mvn gradle dotnet ruby rake bundle rspec php composer phpunit mix elixir swift kubectl terraform helm ' +
    'docker docker-compose ansible-playbook curl bash sh test git grep diff orch shellcheck actionlint hadolint'
  ).split(' '),
)

/** Longer than any command line that stands in a specification on purpose. */
const LONGEST_COMMAND = 2_000

/** @returns whether a piece of inline code is a command line: a known program with arguments, `make`, or a path to run */
export function isCommand(code: string): boolean {
  const [program = '', ...rest] = code.split(/\s+/)
  if (code.includes('\n') || code.length > LONGEST_COMMAND) return false
  if (/^\.\.?\/\S*[\w)]$/.test(program)) return true
  return (
    PROGRAMS.has(program) &&
    (rest.length > 0 || ['make', 'pytest', 'tox', 'nox', 'rspec', 'ctest', 'phpunit', 'jest', 'vitest', 'mocha'].includes(program))
  )
}

/**
 * The commands of a fenced block: its lines without prompts, comments and shown output.
 * A block that is one script (here-document, loop, open quote) is one command, as it stands.
 * @param lang the tag of the fence; an untagged block counts when it shows prompts or only commands
 */
export function commandsOfFence(lang: string, text: string): string[] {
  const lines = clean(text).split('\n')
  const prompted = lines.some((line) => PROMPT.test(line))
  if (prompted && (SHELL_TAGS.has(lang) || lang === '')) return joinContinued(promptLines(lines)).filter(isShort)
  const written = lines.filter((line) => line.trim() !== '' && !/^\s*#/.test(line))
  if (lang === '') return written.length > 0 && written.every((line) => isCommand(line.trim())) ? written.map((line) => line.trim()) : []
  if (!SHELL_TAGS.has(lang)) return []
  if (isScript(written)) return [written.join('\n')].filter(isShort)
  return joinContinued(written).filter(isShort)
}

/** `$ ` or `user@host:~$ ` before a command. */
const PROMPT = /^\s*(?:[\w.-]+@[\w.-]+[^$\n]{0,60})?\$\s+/

function promptLines(lines: readonly string[]): string[] {
  return lines.flatMap((line, index) => {
    if (PROMPT.test(line)) return [line.replace(PROMPT, '')]
    // What follows a line that ends in a backslash belongs to it; all else is output.
    return lines[index - 1]?.endsWith('\\') ? [line.replace(/^>\s?/, '')] : []
  })
}

function joinContinued(lines: readonly string[]): string[] {
  const commands: string[] = []
  let open = ''
  for (const line of lines) {
    const text = open + line.trim()
    open = text.endsWith('\\') ? `${text.slice(0, -1).trimEnd()} ` : ''
    if (open === '') commands.push(text)
  }
  if (open !== '') commands.push(open.trim())
  return commands.filter((command) => command !== '')
}

function isScript(lines: readonly string[]): boolean {
  return lines.some(
    (line) =>
      /<<-?\s*['"\\]?\w/.test(line) ||
      /^\s*(if|for|while|until|case|function)\b.*/.test(line) ||
      /\(\)\s*\{\s*$/.test(line) ||
      hasOpenQuote(line),
  )
}

function hasOpenQuote(line: string): boolean {
  const outsideEscapes = line.replace(/\\./g, '')
  const single = outsideEscapes.replace(/"[^"]*"/g, '').split("'").length - 1
  const double = outsideEscapes.replace(/'[^']*'/g, '').split('"').length - 1
  return single % 2 === 1 || double % 2 === 1
}

function isShort(command: string): boolean {
  return command.length <= LONGEST_COMMAND
}

/** Without control characters, which would act on the terminal that shows the command. */
function clean(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD').replace(/[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069\u200B\uFEFF]/gu, '')
}
