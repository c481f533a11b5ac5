import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'

interface PluginFiles {
  /** Hook files by event, relative to the plugin's folder. */
  readonly hooks: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, string>>
}

/** Writes a host of oclif with core plugins as npm would lay them out. @returns its root, and how to remove it */
export async function writeHost(plugins: Readonly<Record<string, PluginFiles>>): Promise<{root: string; remove: () => Promise<void>}> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'orch-host-')))
  const names = Object.keys(plugins)
  const dependencies = Object.fromEntries(names.map((name) => [name, '1.0.0']))
  await writePackage(root, 'host', {bin: 'host', dirname: 'host', plugins: names}, {}, {dependencies})
  for (const [name, {hooks, files}] of Object.entries(plugins)) {
    await writePackage(join(root, 'node_modules', name), name, {hooks}, files)
  }
  return {root, remove: () => rm(root, {recursive: true, force: true})}
}

async function writePackage(
  folder: string,
  name: string,
  oclif: object,
  files: Readonly<Record<string, string>>,
  rest: object = {},
): Promise<void> {
  const manifest = JSON.stringify({name, version: '1.0.0', type: 'module', oclif, ...rest})
  for (const [path, content] of Object.entries({'package.json': manifest, ...files})) {
    await mkdir(dirname(join(folder, path)), {recursive: true})
    await writeFile(join(folder, path), content)
  }
}
