type Json = Readonly<Record<string, unknown>>

/** Characters of what a permission is asked for: enough for a command, too few for a file. */
const MOST = 500
/** What a tool does is said by one of these; the first that it has (Claude Code's documentation, "Tools"). */
const TELLING = ['command', 'file_path', 'notebook_path', 'path', 'url', 'query', 'pattern', 'prompt', 'description', 'plan']

/** What a person is asked: the question with its options, or the tool with what it is to do. Pure. @param input of the tool, as the hook has it */
export function describePermission(tool: string, input: unknown): string {
  const given = objectOr(input)
  const questions = tool === 'AskUserQuestion' ? questionsIn(given) : []
  if (questions.length > 0) return short(`asks: ${questions.join(' ')}`)
  const telling = TELLING.map((key) => given[key]).find((value): value is string => typeof value === 'string' && value !== '')
  const said = telling ?? (Object.keys(given).length > 0 ? JSON.stringify(given) : '')
  return short(`permission for ${tool}${said === '' ? '' : `: ${said}`}`)
}

function questionsIn({questions}: Json): string[] {
  if (!Array.isArray(questions)) return []
  return questions.map(objectOr).flatMap(({question, options}) => {
    if (typeof question !== 'string') return []
    const labels = (Array.isArray(options) ? options.map(objectOr) : []).flatMap(({label}) => (typeof label === 'string' ? [label] : []))
    return [labels.length > 0 ? `${question} (${labels.join(' / ')})` : question]
  })
}

function short(text: string): string {
  return text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text
}

function objectOr(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {}
}
