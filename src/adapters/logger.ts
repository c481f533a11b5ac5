import {mkdirSync} from 'node:fs'
import {basename, dirname} from 'node:path'
import {pino, type Logger as Pino} from 'pino'
import {createStream} from 'rotating-file-stream'
import type {Logger} from '@orch/plugin-kit'

/** What never reaches a log, wherever in a line it stands. */
const SECRETS = [
  'token',
  '*.token',
  '*.*.token',
  'env',
  '*.env',
  'ORCH_TOKEN',
  '*.ORCH_TOKEN',
  'authorization',
  '*.authorization',
  'apiKey',
  '*.apiKey',
]

/**
 * Logs into a file that is rotated at 10 MB, five kept.
 * @param file absolute; its folder is made
 * @returns the logger, and how to write out what is buffered
 */
export function openFileLogger(file: string): {logger: Logger; close: () => Promise<void>} {
  mkdirSync(dirname(file), {recursive: true, mode: 0o700})
  const stream = createStream(basename(file), {path: dirname(file), size: '10M', maxFiles: 5, mode: 0o600})
  const logger = pino({redact: {paths: SECRETS, censor: '[redacted]'}, base: null, timestamp: pino.stdTimeFunctions.isoTime}, stream)
  return {logger: new PinoLogger(logger), close: () => new Promise((resolve) => stream.end(resolve))}
}

class PinoLogger implements Logger {
  readonly #pino: Pino

  constructor(logger: Pino) {
    this.#pino = logger
  }

  debug(message: string, fields: Record<string, unknown> = {}): void {
    this.#pino.debug(fields, message)
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.#pino.info(fields, message)
  }

  warn(message: string, fields: Record<string, unknown> = {}): void {
    this.#pino.warn(fields, message)
  }

  error(message: string, fields: Record<string, unknown> = {}): void {
    this.#pino.error(fields, message)
  }

  child(fields: Record<string, unknown>): Logger {
    return new PinoLogger(this.#pino.child(fields))
  }
}
