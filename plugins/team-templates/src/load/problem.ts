/** Something wrong in a template file. */
export interface Problem {
  readonly file: string
  /** 1-based. */
  readonly line: number
  readonly message: string
}

/** The problems as people and editors read them, `file:line: message`, by file and line, each once. */
export function formatProblems(problems: readonly Problem[]): string[] {
  const sorted = [...problems].sort((a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.message, b.message))
  return [...new Set(sorted.map(({file, line, message}) => `${file}:${line}: ${message}`))]
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
