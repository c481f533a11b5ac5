import {OrchError, folded, isOrchError, toErrorBody, visible} from '@orch/plugin-kit'

/** The shape of oclif's errors: an exit code, and nothing else in common with ours. */
interface OclifError extends Error {
  readonly oclif?: {readonly exit?: number}
  readonly code?: string
}

/**
 * Says on the right stream why nothing ran, and sets the exit code. Errors of commands have been said by the commands themselves.
 */
export function reportFailure(error: unknown, argv: readonly string[]): void {
  const {oclif, code, message} = error as OclifError
  // `this.exit(n)`.
  if (code === 'EEXIT') {
    process.exitCode = oclif?.exit ?? 0
    return
  }
  const body = toErrorBody(
    isOrchError(error) || oclif?.exit !== 2 ? error : new OrchError('ORCH_USAGE', {what: message, hint: 'orch help lists the commands.'}),
  )
  if (argv.includes('--json')) process.stdout.write(`${JSON.stringify({error: body})}\n`)
  else
    process.stderr.write(
      folded(visible(`Error: ${body.message}\n  ${body.remedy}\n  (${body.code}, exit ${body.exit})\n`), process.stderr.columns),
    )
  process.exitCode = body.exit
}
