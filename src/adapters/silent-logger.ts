import type {Logger} from '@orch/plugin-kit'

/** Logs nothing: for looks at the house beside the supervisor that keeps the log. */
export const SILENT_LOGGER: Logger = {debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => SILENT_LOGGER}
