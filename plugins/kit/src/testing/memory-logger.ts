import type {Logger} from '../ports/logger.js'

export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Keeps what is logged, for a test to read. */
export class MemoryLogger implements Logger {
  readonly lines: LoggedLine[]
  readonly #fields: Record<string, unknown>

  constructor(lines: LoggedLine[] = [], fields: Record<string, unknown> = {}) {
    this.lines = lines
    this.#fields = fields
  }

  debug(message: string, fields: Record<string, unknown> = {}): void {
    this.#log('debug', message, fields)
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.#log('info', message, fields)
  }

  warn(message: string, fields: Record<string, unknown> = {}): void {
    this.#log('warn', message, fields)
  }

  error(message: string, fields: Record<string, unknown> = {}): void {
    this.#log('error', message, fields)
  }

  child(fields: Record<string, unknown>): Logger {
    return new MemoryLogger(this.lines, {...this.#fields, ...fields})
  }

  #log(level: LoggedLine['level'], message: string, fields: Record<string, unknown>): void {
    this.lines.push({level, message, fields: {...this.#fields, ...fields}})
  }
}
