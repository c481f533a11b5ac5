/** A part of the composition root: what orch itself provides in the way plugins do, so that its names are taken and listed as theirs are. */
import {API_VERSION, type Answer, type Registration} from '@orch/plugin-kit'
import {parseMarkdown} from '../adapters/markdown.js'
import {OutlinePlanner} from '../services/outline/planner.js'

/** @param plugin the name of orch's own package */
export function ownRegistration(plugin: string): Answer<Registration> {
  return {plugin, value: {apiVersion: API_VERSION, capabilities: {'planner:outline': new OutlinePlanner(parseMarkdown)}}}
}
