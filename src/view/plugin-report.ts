import type {Contribution, TriedPlugin} from '../domain/plugin-trial.js'
import {paint} from './format.js'

/** What each part of a plugin is called. */
const PARTS: readonly [keyof Contribution, string][] = [
  ['hooks', 'hooks'],
  ['commands', 'commands'],
  ['capabilities', 'capabilities'],
  ['watchers', 'watchers'],
  ['sections', 'configuration sections'],
  ['methods', 'methods'],
  ['checks', 'checks of orch doctor'],
  ['templates', 'templates'],
]

/** Whether orch can use a plugin, why not, and what it adds. @param done what was done with it: `installed` */
export function pluginLines({name, version, why, adds, notes}: TriedPlugin, done?: string): string[] {
  const title = `${[name, version].join(' ').trim()}${done === undefined ? '' : ` is ${done}`}`
  const head =
    why === null
      ? `${paint('green', '✓')} ${title}${done === undefined ? ': orch can use it' : ''}`
      : `${paint('red', '✗')} ${title}${done === undefined ? ': orch would leave it out' : ', and orch leaves it out'}: it ${why}`
  const parts = PARTS.filter(([part]) => adds[part].length > 0).map(([part, called]) => `  ${called}: ${adds[part].join(', ')}`)
  return [head, ...(why === null ? parts : []), ...notes.map((note) => `${paint('yellow', '!')} ${note}`)]
}
