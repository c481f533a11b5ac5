import type {OrchError} from '@orch/plugin-kit'

/** oclif ends a command for an error of a hook only when the error has an exit code; it only warns of others, and with --json uses another code. */
export function endsCommand<E extends OrchError>(error: E): E {
  return Object.defineProperties(error, {oclif: {value: {exit: error.exit}}, exitCode: {value: error.exit}})
}
