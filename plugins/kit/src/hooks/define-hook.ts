import type {EventName, HeardOf, OutputOf} from './events.js'

/** The shape oclif calls: one object of options, ours under `input`. */
export type OclifHandler<E extends EventName> = (options: {readonly input: HeardOf<E>}) => Promise<OutputOf<E>>

/**
 * Makes an oclif hook of a plain function. The file must export it as default, and `package.json` must name the file under `oclif.hooks`.
 * @param _event the event it answers; ties the types of input and output
 * @param handler what to do; oclif's `this` is left out on purpose
 */
export function defineHook<E extends EventName>(
  _event: E,
  handler: (input: HeardOf<E>) => OutputOf<E> | Promise<OutputOf<E>>,
): OclifHandler<E> {
  return async ({input}) => handler(input)
}
