import {OrchError} from '@orch/plugin-kit'
import {readConfigFile} from './config-file.js'

/**
 * A configuration file as a layer of the configuration. That of a repository may not link out of it: its lines would be quoted in errors.
 * @throws ORCH_CONFIG for a file that cannot be read
 */
export async function readConfigLayer<N extends 'user' | 'project'>(name: N, folder: string) {
  const read = await readConfigFile(folder, name === 'project' ? folder : undefined)
  if (read.found === 'nothing') return null
  if (read.found === 'broken') throw new OrchError('ORCH_CONFIG', {problems: [read.problem]})
  const {path, values, lineOf} = read.file
  return {name, values, placeOf: (keys: readonly string[]) => `${path}:${lineOf(keys)}`}
}
