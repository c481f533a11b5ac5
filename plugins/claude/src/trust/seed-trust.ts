import {realpath} from 'node:fs/promises'
import {OrchError, type ProcessRunner} from '@orch/plugin-kit'
import type {ClaudeConfig, ClaudeConfigFile} from './config-file.js'

type Json = Readonly<Record<string, unknown>>

/**
 * Tells Claude Code that the repository is trusted, so that no dialog stands between start and work. One entry for the main checkout covers every
 * linked worktree, also those outside of it (measured on 2.1.197 and 2.1.330).
 * @param root {@link mainCheckout} of the repository
 * @param quiet resolves when no agent starts: some versions write the whole file at their start as they read it before (reported for 2.1.231)
 * @throws ORCH_STATE when the entry is not there afterwards
 */
export async function seedTrust(file: ClaudeConfigFile, root: string, quiet?: () => Promise<void>): Promise<void> {
  if (isTrusted(await file.read(), root)) return
  await quiet?.()
  await file.update((config) => (isTrusted(config, root) ? config : withTrust(config, root)))
  // A session of the user's that ignores the lock may have written over it.
  if (isTrusted(await file.read(), root)) return
  throw new OrchError('ORCH_STATE', {
    path: file.path,
    why: `the trust entry for ${root} was lost again`,
    remedy: 'Another program writes this file; close other Claude Code sessions and run again.',
  })
}

/** @returns the real path of the repository's main checkout: the key under which Claude Code keeps trust */
export async function mainCheckout(processes: ProcessRunner, repository: string, env: Readonly<Record<string, string>>): Promise<string> {
  const listed = await processes.run('git', ['-C', repository, 'worktree', 'list', '--porcelain'], {env, timeoutMs: 10_000})
  const main = /^worktree (.+)$/m.exec(listed.stdout)?.[1]
  return realpath(listed.exitCode === 0 && main ? main : repository)
}

function isTrusted(config: ClaudeConfig, root: string): boolean {
  return config['hasCompletedOnboarding'] !== undefined && objectOr(objectOr(config['projects'])[root])['hasTrustDialogAccepted'] === true
}

function withTrust(config: ClaudeConfig, root: string): ClaudeConfig {
  const projects = objectOr(config['projects'])
  return {
    ...config,
    // Without it a fresh home starts with the onboarding, which needs a person and a network.
    hasCompletedOnboarding: config['hasCompletedOnboarding'] ?? true,
    projects: {...projects, [root]: {...objectOr(projects[root]), hasTrustDialogAccepted: true}},
  }
}

function objectOr(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
}
