/** A part of the composition root: plugins of others, each of which may fail without anything else coming to harm. */
import type {Interfaces} from '@oclif/core'
import {hasCode, type Answer, type ProcessRunner, type Registration} from '@orch/plugin-kit'
import type {PluginHookRunner} from '../adapters/plugin-hook-runner.js'
import {describeFailure, importProblem} from '../adapters/plugin-imports.js'
import {timeLimit} from '../adapters/time-limit.js'
import {withoutExit} from '../adapters/without-exit.js'
import type {Admission} from '../services/plugins/admission.js'
import type {LeftOutPlugins} from '../services/plugins/left-out.js'

/** Milliseconds a plugin may take for its imports, and again for `register`. */
const START_MS = 5_000

interface AdmitParts {
  readonly hooks: PluginHookRunner
  readonly leftOut: LeftOutPlugins
  readonly admission: Admission
  readonly processes: ProcessRunner
  /** Emits `register` to one plugin. */
  readonly register: (plugin: string) => Promise<Answer<Registration>[]>
  readonly templateProblem: (plugin: Interfaces.Plugin, registration: Registration | undefined) => Promise<string | null>
}

/**
 * Imports and registers plugins of others, one after the other: what ends the process, or holds it up, then has one culprit. Those that fail are left out.
 * @returns the registrations that hold
 */
export async function admitPlugins(plugins: readonly Interfaces.Plugin[], parts: AdmitParts): Promise<Answer<Registration>[]> {
  const admitted: Answer<Registration>[] = []
  for (const plugin of plugins) {
    try {
      admitted.push(...(await admit(plugin, parts)))
    } catch (error) {
      if (!(error instanceof Unfit)) throw error
      parts.leftOut.leave(plugin.name, error.message)
    }
  }
  return admitted
}

/** Why a plugin is left out. */
class Unfit extends Error {}

async function admit(plugin: Interfaces.Plugin, parts: AdmitParts): Promise<Answer<Registration>[]> {
  const {hooks, admission, processes, templateProblem} = parts
  refuse(await hooks.watch(plugin.name, 'import', () => importProblem(plugin, {limitMs: START_MS, processes})))
  const [registration, more] = plugin.hooks['register'] ? await registered(plugin, parts) : []
  if (more) refuse('registers twice: package.json may name one file for register')
  refuse(await templateProblem(plugin, registration?.value))
  refuse(registration ? admission.admit(registration) : null)
  return registration ? [registration] : []
}

async function registered({name, root}: Interfaces.Plugin, {register}: AdmitParts): Promise<Answer<Registration>[]> {
  const late = `gave no answer in register within ${START_MS / 1000} s`
  const answers = await withoutExit(() => timeLimit(START_MS, register(name), late)).catch((error: unknown) =>
    refuse(`cannot register: ${whyFailed(error, root)}`),
  )
  return typeof answers === 'string' ? refuse(answers) : answers
}

function whyFailed(error: unknown, root: string): string {
  if (!hasCode(error, 'ORCH_HOOK_FAILED')) return describeFailure(error, root)
  return error.cause === undefined ? error.details.why : describeFailure(error.cause, root)
}

function refuse(why: string): never
function refuse(why: string | null): void
function refuse(why: string | null): void {
  if (why !== null) throw new Unfit(why)
}
