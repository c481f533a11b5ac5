import type {ExitStatus, PaneCommand} from '../capabilities/terminal.js'

/** What reached a pane. */
export type MemoryInput =
  {readonly kind: 'paste' | 'text'; readonly text: string} | {readonly kind: 'keys'; readonly keys: readonly string[]}

/** A pane as the program in it sees it. */
export interface MemoryPane {
  readonly pane: string
  readonly command: PaneCommand
  /** Writes to the screen; nothing once it has ended. */
  print(text: string): void
  /** Ends the process. Without a status it ends well. */
  end(exit?: Partial<ExitStatus>): void
  /** Calls back with all that is pasted, typed and pressed. */
  onInput(listener: (input: MemoryInput) => void): void
}

/** A program for a MemoryTerminal: a function that is called when a pane starts it. */
export type MemoryProgram = (pane: MemoryPane) => void

/**
 * The programs a MemoryTerminal knows from the start, by the first word of argv without its folder. `sh` understands `exit N`,
 * `kill -NAME $$` and `sort; cat`. Every other program stays silent and lives until it is ended.
 */
export const MEMORY_PROGRAMS: Readonly<Record<string, MemoryProgram>> = {
  cat,
  env: (pane) => {
    for (const [name, value] of Object.entries(paneEnvironment(pane))) pane.print(`${name}=${value}\n`)
    pane.end()
  },
  pwd: (pane) => {
    pane.print(`${pane.command.cwd}\n`)
    pane.end()
  },
  sh,
}

/** Shows what is typed, as a terminal does, and repeats each line. */
function cat(pane: MemoryPane): void {
  onLines(
    pane,
    (line) => pane.print(`${line}\n`),
    () => pane.end(),
  )
}

/** A terminal's line editing: text is shown as it comes, `Enter` ends a line, `C-d` the input, `C-c` the process. */
function onLines(pane: MemoryPane, onLine: (line: string) => void, onEnd: () => void): void {
  let line = ''
  const type = (text: string) => {
    pane.print(text)
    const lines = (line + text).split('\n')
    line = lines.pop()!
    lines.forEach(onLine)
  }
  pane.onInput((input) => {
    if (input.kind !== 'keys') return type(input.text)
    for (const key of input.keys) {
      if (key === 'C-c') pane.end({signal: 'SIGINT'})
      else if (key === 'C-d') onEnd()
      else if (key === 'Enter') type('\n')
      else if (key.length === 1) type(key)
    }
  })
}

function sh(pane: MemoryPane): void {
  const script = pane.command.argv[2] ?? ''
  const code = /^exit (\d+)$/.exec(script)?.[1]
  const signal = /^kill -(\w+) \$\$$/.exec(script)?.[1]
  if (code !== undefined) pane.end({code: Number(code)})
  if (signal !== undefined) pane.end({signal: `SIG${signal}`})
  if (script === 'sort; cat') sortThenCat(pane)
}

/** Shows what is typed, repeats all of it in order at the first end of the input, and ends at the second. */
function sortThenCat(pane: MemoryPane): void {
  const lines: string[] = []
  let sorted = false
  const endInput = () => {
    if (sorted) return pane.end()
    sorted = true
    for (const line of lines.sort()) pane.print(`${line}\n`)
  }
  onLines(pane, (line) => (sorted ? pane.print(`${line}\n`) : lines.push(line)), endInput)
}

/** The command's environment and what tmux itself sets. */
function paneEnvironment({command}: MemoryPane): Record<string, string> {
  return {TERM: 'screen-256color', ...command.env}
}
