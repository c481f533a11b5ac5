import {stat} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {makeFolderSync} from '@orch/plugin-kit/files'
import {pino, type Logger as Pino} from 'pino'
import {createStream, type RotatingFileStream} from 'rotating-file-stream'
import type {Logger} from '@orch/plugin-kit'
import type {OwnFile} from '../domain/own-file.js'
import {moveAsideUnlessFile} from './move-aside.js'

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
 * @param path absolute; its folder is made
 * @returns the logger, its file, which may vanish meanwhile, and how to write out what is buffered
 */
export function openFileLogger(path: string): {logger: Logger; file: OwnFile; close: () => Promise<void>} {
  const file = new LogFile(path)
  const logger = pino({redact: {paths: SECRETS, censor: '[redacted]'}, base: null, timestamp: pino.stdTimeFunctions.isoTime}, file)
  return {logger: new PinoLogger(logger), file, close: () => file.close()}
}

class LogFile implements OwnFile {
  readonly name = 'the log'
  readonly #path: string
  #stream: RotatingFileStream

  constructor(path: string) {
    this.#path = path
    this.#stream = this.#open()
  }

  write(line: string): void {
    this.#stream.write(line)
  }

  async isIntact(): Promise<boolean> {
    return stat(this.#path).then(
      (found) => found.isFile(),
      () => false,
    )
  }

  /** What is buffered for the file that vanished goes with it. */
  async restore(): Promise<void> {
    const before = this.#stream
    await moveAsideUnlessFile(this.#path)
    this.#stream = this.#open()
    before.destroy()
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#stream.end(resolve))
  }

  #open(): RotatingFileStream {
    makeFolderSync(dirname(this.#path))
    const stream = createStream(basename(this.#path), {path: dirname(this.#path), size: '10M', maxFiles: 5, mode: 0o600})
    // A line that cannot be written is lost; the supervisor is not.
    return stream.on('error', () => {})
  }
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
