import {realpathSync} from 'node:fs'
import {join} from 'node:path'
import {ModuleLoader, type Interfaces} from '@oclif/core'
import {messageOf, type ProcessRunner} from '@orch/plugin-kit'
import {timeLimit} from './time-limit.js'
import {withoutExit} from './without-exit.js'

type Plugin = Interfaces.Plugin
/** Milliseconds for finding the line of a syntax error. */
const CHECK_MS = 2_000

/** oclif fills in the default (plugin.js, determineHookOptions). */
interface HookTarget {
  readonly target: string
  readonly identifier: string
}

interface Limits {
  /** Milliseconds for all of it. */
  readonly limitMs: number
  /** Node itself finds the line of a syntax error. */
  readonly processes: ProcessRunner
}

/**
 * Loads every hook and every command of a plugin, as oclif would when it needs them.
 * @returns why one of them cannot be loaded, with file and line, as a clause that begins with a verb; null when all can
 */
export async function importProblem(plugin: Plugin, {limitMs, processes}: Limits): Promise<string | null> {
  return withoutExit(() => timeLimit(limitMs, firstProblem(plugin, processes), `was not loaded within ${limitMs / 1000} s`))
}

async function firstProblem(plugin: Plugin, processes: ProcessRunner): Promise<string | null> {
  for (const [event, hooks] of Object.entries(plugin.hooks)) {
    for (const hook of hooks as readonly HookTarget[]) {
      const problem = await hookProblem(plugin, event, hook, processes)
      if (problem) return problem
    }
  }
  for (const id of plugin.commandIDs) {
    try {
      await plugin.findCommand(id, {must: true})
    } catch (error) {
      return `cannot load its command ${id.replaceAll(':', ' ')}: ${describeFailure(error, plugin.root)}`
    }
  }
  return null
}

async function hookProblem(
  plugin: Plugin,
  event: string,
  {target, identifier}: HookTarget,
  processes: ProcessRunner,
): Promise<string | null> {
  try {
    const module = await ModuleLoader.load<Record<string, unknown>>(plugin, String(target))
    // As oclif looks for the handler (config.js, runHook): without one it passes the plugin over in silence.
    const found = [module, module[identifier], ...(identifier === 'default' ? Object.values(module) : [])]
    return found.some((value) => typeof value === 'function') ? null : `exports no handler of ${event} in ${target}`
  } catch (error) {
    if (/ failed to load (.+): Cannot find module '\1'/.test(messageOf(error)))
      return `names ${target} for ${event} in its package.json, and there is no such file`
    const what = describeFailure(error, plugin.root)
    const place =
      (error as Error | null)?.name === 'SyntaxError' ? await syntaxPlace(join(plugin.root, target), plugin.root, processes) : null
    return `cannot load ${event}: ${what}${place === null ? '' : ` (${place})`}`
  }
}

/** The stack of a syntax error in a module does not say where it is. */
async function syntaxPlace(file: string, root: string, processes: ProcessRunner): Promise<string | null> {
  const {stderr} = await processes.run(process.execPath, ['--check', file], {cwd: root, timeoutMs: CHECK_MS})
  return placeIn(root, stderr)
}

/**
 * What went wrong and where: the first line of the message, and the first place in the stack that is the plugin's.
 * @param root folder of the plugin
 */
export function describeFailure(error: unknown, root: string): string {
  const [first = ''] = messageOf(error).split('\n')
  const what = first.replace(/^(?:\[MODULE_NOT_FOUND\] )?(?:(?:import\(\)|require) failed to load .+?: )?/, '').replaceAll(`${root}/`, '')
  const place = placeIn(root, stackOf(error))
  return place === null || what.includes(place) ? what : `${what} (${place})`
}

/** oclif wraps errors of the loader; the first cause knows the place. */
function stackOf(error: unknown): string {
  const {stack = '', cause} = (error ?? {}) as {stack?: string; cause?: unknown}
  return cause ? `${stackOf(cause)}\n${stack}` : stack
}

/** @returns `file:line`, relative to the plugin */
function placeIn(root: string, stack: string): string | null {
  for (const folder of new Set([root, real(root)])) {
    const start = stack.indexOf(`${folder}/`)
    const [, file, line] = start < 0 ? [] : (/^([^\s:)]+):(\d+)/.exec(stack.slice(start + folder.length + 1)) ?? [])
    if (file !== undefined && line !== undefined) return `${file}:${line}`
  }
  return null
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
