import {stat} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import {makeFolderSync} from '@orch/plugin-kit/files'
import {pino, type Logger as Pino} from 'pino'
import {createStream, type RotatingFileStream} from 'rotating-file-stream'
import type {Logger} from '@orch/plugin-kit'
import {LOG_LEVELS, type LogLevel} from '../domain/config.js'
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

interface FileLogger {
  readonly logger: Logger
  /** It may vanish meanwhile. */
  readonly file: OwnFile
  /** Sets what is written from now on, also by the logger's children. Until then: `info` and worse. */
  readonly setLevel: (level: LogLevel) => void
  /** Writes out what is buffered. */
  readonly close: () => Promise<void>
}

/**
 * Logs into a file that is rotated at 10 MB, five kept.
 * @param path absolute; its folder is made
 */
export function openFileLogger(path: string): FileLogger {
  const file = new LogFile(path)
  const threshold: Threshold = {level: 'info'}
  const options = {level: 'debug', redact: {paths: SECRETS, censor: '[redacted]'}, base: null, timestamp: pino.stdTimeFunctions.isoTime}
  return {
    logger: new PinoLogger(pino(options, file), threshold),
    file,
    setLevel: (level) => void (threshold.level = level),
    close: () => file.close(),
  }
}

/** Shared by a logger and its children: pino gives each child a level of its own. */
interface Threshold {
  level: LogLevel
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
  readonly #threshold: Threshold

  constructor(logger: Pino, threshold: Threshold) {
    this.#pino = logger
    this.#threshold = threshold
  }

  debug(message: string, fields: Record<string, unknown> = {}): void {
    this.#write('debug', message, fields)
  }

  info(message: string, fields: Record<string, unknown> = {}): void {
    this.#write('info', message, fields)
  }

  warn(message: string, fields: Record<string, unknown> = {}): void {
    this.#write('warn', message, fields)
  }

  error(message: string, fields: Record<string, unknown> = {}): void {
    this.#write('error', message, fields)
  }

  child(fields: Record<string, unknown>): Logger {
    return new PinoLogger(this.#pino.child(fields), this.#threshold)
  }

  #write(level: LogLevel, message: string, fields: Record<string, unknown>): void {
    if (LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(this.#threshold.level)) this.#pino[level](fields, message)
  }
}
