import type {Actor, Json} from '@orch/plugin-kit'
import {unchanged, type Change} from './change.js'
import type {PluginNeed, PluginRecord} from './model/plugin-record.js'
import type {Project} from './model/project.js'

/** Needs of one plugin that may be open in a project: a person reads each of them. */
const MOST_NEEDS = 20

export function byPlugin(plugin: string): Actor {
  return {kind: 'plugin', plugin}
}

export function pluginRecord(project: Project, plugin: string): PluginRecord {
  return project.plugins?.[plugin] ?? {}
}

/** The needs of all plugins, by plugin. */
export function needsOfPlugins(project: Project): readonly (PluginNeed & {readonly plugin: string})[] {
  return Object.entries(project.plugins ?? {}).flatMap(([plugin, {needs = []}]) => needs.map((need) => ({...need, plugin})))
}

/** Puts a value in place of the one the plugin kept. It is no event: the log is for what happened to the project. */
export function keep(project: Project, plugin: string, value: Json): Change {
  const record = pluginRecord(project, plugin)
  const text = JSON.stringify(value)
  if (JSON.stringify(record.own) === text) return unchanged(project)
  // A copy: what the plugin does to its value later does not reach the record.
  return unchanged(withRecord(project, plugin, {...record, own: JSON.parse(text) as Json}))
}

/**
 * Puts a need, or replaces the one of its id. The same again changes nothing.
 * @returns why it is refused, as a clause, instead of a change
 */
export function putNeed(project: Project, plugin: string, put: Omit<PluginNeed, 'since'>, now: number): Change | string {
  const record = pluginRecord(project, plugin)
  const {needs = []} = record
  const known = needs.find(({id}) => id === put.id)
  if (!known && needs.length >= MOST_NEEDS) return `${MOST_NEEDS} needs of the plugin are open in the project`
  const need: PluginNeed = {...put, commands: [...put.commands], since: known?.since ?? now}
  if (JSON.stringify(known) === JSON.stringify(need)) return unchanged(project)
  const others = needs.filter(({id}) => id !== put.id)
  const data = {plugin, id: put.id, step: 'open', what: put.what}
  return {
    project: withRecord(project, plugin, {...record, needs: [...others, need]}),
    events: [{type: 'need', agent: put.agent, data}],
  }
}

export function settleNeed(project: Project, plugin: string, id: string, why: string): Change {
  const record = pluginRecord(project, plugin)
  const known = record.needs?.find((need) => need.id === id)
  if (!known) return unchanged(project)
  const {needs = [], ...rest} = record
  const left = needs.filter((need) => need !== known)
  return {
    project: withRecord(project, plugin, left.length > 0 ? {...rest, needs: left} : rest),
    events: [{type: 'need', agent: known.agent, data: {plugin, id, step: 'over', what: why}}],
  }
}

function withRecord(project: Project, plugin: string, record: PluginRecord): Project {
  return {...project, plugins: {...project.plugins, [plugin]: record}}
}
