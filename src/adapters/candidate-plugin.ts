import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {Plugin} from '@oclif/core'
import {REQUIRED_PLUGIN, messageOf} from '@orch/plugin-kit'
import {timeLimit} from './time-limit.js'

/** Milliseconds for what oclif imports to list the commands. */
const LIMIT_MS = 5_000
const ENDLESS = `a command was not imported within ${LIMIT_MS / 1000} s`

/** A folder that oclif would not take for a plugin at all. */
export interface NoPlugin {
  readonly name: string
  readonly version: string
  /** A clause that begins with a verb. */
  readonly why: string
  /** A command of it is never imported. */
  readonly isHarmful?: true
}

/** Loads a folder as oclif loads a linked plugin. @param root absolute */
export async function candidatePlugin(root: string): Promise<Plugin | NoPlugin> {
  const plugin = new Plugin({name: '', root, type: 'link'})
  const loading = plugin.load().then(
    () => null,
    (error: unknown) => messageOf(error).split('\n')[0]!,
  )
  const failure = await timeLimit(LIMIT_MS, loading, ENDLESS)
  const {name, version} = plugin.pjson ?? {}
  const why = whyNoPlugin(root, plugin, failure) ?? (name === REQUIRED_PLUGIN ? 'has the name of a plugin that comes with orch' : null)
  if (why === null) return plugin
  return {name: textOr(name, root), version: textOr(version, ''), why, ...(failure === ENDLESS ? {isHarmful: true} : {})}
}

function whyNoPlugin(root: string, {pjson, valid}: Plugin, failure: string | null): string | null {
  if (!existsSync(join(root, 'package.json'))) return 'has no package.json'
  if (!pjson) return `has a package.json that cannot be read: ${failure}`
  if (!textOr(pjson.name, '')) return 'has no name in its package.json'
  if (!textOr(pjson.version, '')) return 'has no version in its package.json'
  if (!valid) return 'has no key oclif in its package.json; an empty one will do'
  return failure === null ? null : `cannot be loaded: ${failure}`
}

function textOr(value: unknown, other: string): string {
  return typeof value === 'string' && value !== '' ? value : other
}
