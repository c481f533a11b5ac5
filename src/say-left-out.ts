import type {Config} from '@oclif/core'
import {PluginFaults} from './adapters/plugin-faults.js'

/** Behind oclif's own list of plugins: which of them the supervisor leaves out, and how that ends. On standard error, so that --json stays what it is. */
export function sayLeftOut({dataDir, plugins}: Config): void {
  for (const {plugin, why} of new PluginFaults(dataDir).disabled().filter((fault) => plugins.has(fault.plugin)))
    process.stderr.write(`! ${plugin} is left out: it ${why}. To take it back in: orch plugin enable ${plugin}\n`)
}
