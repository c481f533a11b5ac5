import {cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {ROOT} from './sandbox.js'

type Json = Record<string, unknown>

/**
 * Copies what is built of this checkout, so that a test can damage it: bin, dist, templates and the plugins are copies, other packages are links.
 * @param folder where to; made when it is missing
 */
export function copyBuilt(folder: string): void {
  mkdirSync(folder, {recursive: true})
  for (const name of ['bin', 'dist', 'package.json', 'templates']) cpSync(join(ROOT, name), join(folder, name), {recursive: true})
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '@orch'), {recursive: true})
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@orch' && !name.startsWith('.')) symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  }
  for (const name of readdirSync(join(ROOT, 'plugins'))) {
    const plugin = join(folder, 'plugins', name)
    for (const part of ['dist', 'package.json', ...(name === 'claude' ? ['data'] : [])]) {
      cpSync(join(ROOT, 'plugins', name, part), join(plugin, part), {recursive: true})
    }
    const {name: fullName} = JSON.parse(readFileSync(join(plugin, 'package.json'), 'utf8')) as {name: string}
    symlinkSync(plugin, join(modules, fullName))
  }
}

/** Rewrites a package.json. @param edit changes it in place */
export function editJson(
  file: string,
  edit: (json: Json & {oclif: Json & {hooks: Json; plugins: string[]}; dependencies: Json}) => void,
): void {
  const json = JSON.parse(readFileSync(file, 'utf8')) as Parameters<typeof edit>[0]
  edit(json)
  writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`)
}
