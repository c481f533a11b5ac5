import {randomUUID} from 'node:crypto'
import {readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {makeFolderSync} from '@orch/plugin-kit/files'
import {draftOf} from './durable-file.js'
import {readRegularSync} from './read-regular-sync.js'
import {disabledByPerson, disabledPlugins, whyDisabled, type LeftOut, type PluginFault} from '../domain/plugin-fault.js'

/** Bytes of the list of faults, and of a crumb, at most. */
const LONGEST = 1_000_000
const KINDS: readonly PluginFault['what'][] = ['crash', 'stall', 'failure', 'disabled']

/**
 * Which handler of a plugin is being called, and which plugins did harm, on disk. Everything is synchronous: it has to be there before the
 * call, and is written while the process ends.
 */
export class PluginFaults {
  readonly #file: string
  readonly #crumbs: string
  #faults: readonly PluginFault[]

  /** @param data the state directory @param suppose what is to be taken for its content, without being written */
  constructor(data: string, suppose: (known: readonly PluginFault[]) => readonly PluginFault[] = (known) => known) {
    this.#file = join(data, 'plugin-faults.json')
    this.#crumbs = join(data, 'breadcrumbs')
    this.#faults = suppose(readFaults(this.#file))
  }

  /**
   * Puts down that a handler is about to run.
   * @param what a crumb that is left means: `stall` counts only when the supervisor stood still, not when it was killed
   * @returns how to take that back
   */
  drop(plugin: string, event: string, what: 'crash' | 'stall' = 'crash'): () => void {
    const path = join(this.#crumbs, `${process.pid}-${randomUUID()}.json`)
    try {
      makeFolderSync(this.#crumbs)
      writeFileSync(path, JSON.stringify({plugin, event, what, at: Date.now()} satisfies PluginFault), {mode: 0o600})
    } catch {
      // A full disk must not stop the lifecycle; only the culprit of a crash would not be known.
    }
    return () => remove(path)
  }

  /**
   * Crumbs of a supervisor that went down without a word count against those who left them; then what plugins did that are not there any more is
   * forgotten. To be called by the one supervisor, at its start.
   * @param installed names of the plugins that are there
   * @param counts whether a crumb speaks against its plugin
   */
  sweep(installed: ReadonlySet<string>, counts: (plugin: string) => boolean): void {
    const left = names(this.#crumbs).map((name) => join(this.#crumbs, name))
    for (const fault of left.map(readCrumb)) if (fault?.what === 'crash' && counts(fault.plugin)) this.add(fault)
    for (const path of left) remove(path)
    const kept = this.#faults.filter(({plugin}) => installed.has(plugin))
    if (kept.length < this.#faults.length) this.#keep(kept)
  }

  /** Plugins that were at work in a process of this user that is no more; their crumbs are taken up. @param what they did to it */
  blame(pid: number, what: 'crash' | 'stall'): void {
    for (const path of this.#crumbsOf(pid)) {
      const crumb = readCrumb(path)
      if (crumb) this.add({...crumb, what})
      remove(path)
    }
  }

  /** This process ends knowing who is to blame: what is under way in it is not. */
  clear(): void {
    for (const path of this.#crumbsOf(process.pid)) remove(path)
  }

  /** The file is read anew: commands write it too. On a full disk the fault counts for the life of this process. */
  add(fault: PluginFault): void {
    this.#keep([...readFaults(this.#file), fault])
  }

  /** Puts a person's word in the place of what is known of a plugin. @param at milliseconds UTC @throws when it cannot be written */
  disable(plugin: string, at: number): void {
    const others = readFaults(this.#file).filter((fault) => fault.plugin !== plugin)
    this.#write([...others, disabledByPerson(plugin, at)])
  }

  /** @returns whether there was anything to forget @throws when it cannot be written */
  forget(plugin: string): boolean {
    const known = readFaults(this.#file)
    const others = known.filter((fault) => fault.plugin !== plugin)
    if (others.length === known.length) return false
    this.#write(others)
    return true
  }

  isDisabled(plugin: string): boolean {
    return this.why(plugin) !== null
  }

  why(plugin: string): LeftOut | null {
    return whyDisabled(this.#faults, plugin)
  }

  disabled(): LeftOut[] {
    return disabledPlugins(this.#faults).map((plugin) => this.why(plugin)!)
  }

  #crumbsOf(pid: number): string[] {
    return names(this.#crumbs).flatMap((name) => (name.startsWith(`${pid}-`) ? [join(this.#crumbs, name)] : []))
  }

  #keep(faults: readonly PluginFault[]): void {
    try {
      this.#write(faults)
    } catch {
      // Nothing more can be done on a full disk.
    }
  }

  #write(faults: readonly PluginFault[]): void {
    this.#faults = faults
    makeFolderSync(dirname(this.#file))
    const temporary = draftOf(this.#file)
    writeFileSync(temporary, `${JSON.stringify(faults, null, 2)}\n`, {mode: 0o600, flush: true})
    renameSync(temporary, this.#file)
  }
}

/** What cannot be removed is counted once more at the next start, which is no reason to fail. */
function remove(path: string): void {
  try {
    rmSync(path, {force: true, recursive: true})
  } catch {
    // No such folder, or one that may not be written to.
  }
}

/** A damaged file accuses nobody. */
function readFaults(file: string): PluginFault[] {
  try {
    const faults = JSON.parse(readRegularSync(file, LONGEST)) as unknown
    return Array.isArray(faults) ? faults.filter(isFault) : []
  } catch {
    return []
  }
}

function readCrumb(path: string): PluginFault | null {
  try {
    const fault = JSON.parse(readRegularSync(path, LONGEST)) as unknown
    return isFault(fault) ? fault : null
  } catch {
    return null
  }
}

function isFault(value: unknown): value is PluginFault {
  const {plugin, event, what, at} = (value ?? {}) as Partial<PluginFault>
  return typeof plugin === 'string' && typeof event === 'string' && KINDS.includes(what!) && typeof at === 'number'
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
