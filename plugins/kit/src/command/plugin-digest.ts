import {createHash} from 'node:crypto'

/** Tells one set of plugins from another: a supervisor has loaded those of its start, and changing plugins means starting it again. */
export function pluginDigest(
  plugins: Iterable<{readonly name: string; readonly version: string; readonly type: string; readonly root: string}>,
): string {
  // A core plugin is known by its version; any other may change in place, so where it lies counts too.
  const words = [...plugins].map(({name, version, type, root}) => `${name}@${version}${type === 'core' ? '' : ` ${root}`}`)
  return createHash('sha256').update(words.sort().join('\n')).digest('hex').slice(0, 16)
}
