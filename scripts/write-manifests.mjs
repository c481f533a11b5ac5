// prepack: writes oclif.manifest.json for the root and each plugin, so that the installed CLI imports no command to list it.
// postpack (--remove): takes them away, because in a checkout a manifest hides new commands.
import {readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Plugin} from '@oclif/core'

const root = fileURLToPath(new URL('..', import.meta.url))
const packages = [
  root,
  ...readdirSync(join(root, 'plugins'))
    .filter((name) => name !== 'kit')
    .map((name) => join(root, 'plugins', name)),
]

for (const folder of packages) {
  const file = join(folder, 'oclif.manifest.json')
  if (process.argv.includes('--remove')) rmSync(file, {force: true})
  else writeFileSync(file, `${JSON.stringify(await manifest(folder))}\n`)
}

/** Fails loudly: a command that cannot be imported must not be left out of the package. */
async function manifest(folder) {
  const plugin = new Plugin({root: folder, ignoreManifest: true, errorOnManifestCreate: true, type: 'core'})
  await plugin.load()
  return plugin.manifest
}
