import type {OrchError} from '@orch/plugin-kit'

/** oclif takes an error of a hook for the command's end only when it has an exit code of its own (of others it only warns), and with --json exits by another. */
export function endsCommand<E extends OrchError>(error: E): E {
  return Object.defineProperties(error, {oclif: {value: {exit: error.exit}}, exitCode: {value: error.exit}})
}
