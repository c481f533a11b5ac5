import {OrchError, isOrchError, toErrorBody, visible} from '@orch/plugin-kit'
import {unknownCommand} from './unknown-command.js'

/** What oclif throws: an exit code of its own, and nothing else it has in common with our errors. */
interface OclifError extends Error {
  readonly oclif?: {readonly exit?: number}
  readonly code?: string
}

/**
 * Says on the right stream why nothing ran, and sets the exit code. Errors of commands have been said by the commands themselves.
 * @param commandIds as far as the commands are known
 */
export function reportFailure(error: unknown, argv: readonly string[], commandIds: readonly string[] = []): void {
  const {oclif, code, message} = error as OclifError
  // `this.exit(n)`.
  if (code === 'EEXIT') {
    process.exitCode = oclif?.exit ?? 0
    return
  }
  const body = toErrorBody(isOrchError(error) || oclif?.exit !== 2 ? error : new OrchError('ORCH_USAGE', usage(message, argv, commandIds)))
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({error: body})}\n`)
  else process.stderr.write(visible(`Error: ${body.message}\n  ${body.remedy}\n  (${body.code}, exit ${body.exit})\n`))
  process.exitCode = body.exit
}

/** oclif joins all words to the name of a command it does not find. */
function usage(message: string, argv: readonly string[], commandIds: readonly string[]): {readonly what: string; readonly hint: string} {
  if (/^command \S[^]* not found$/.test(message)) return unknownCommand(argv, commandIds)
  return {what: message, hint: 'orch help lists the commands.'}
}
