import {OrchError} from '@orch/plugin-kit'

/** `worktree add --reason` and `add --sparse` came with 2.34; Ubuntu 22.04 ships it. */
export const MINIMUM_GIT = '2.34'

const INSTALL = `Install git ${MINIMUM_GIT} or newer: apt install git, dnf install git, or brew install git.`

/** @returns `2.39.5` of `git version 2.39.5 (Apple Git-154)`, or null */
export function parseVersion(output: string): string | null {
  return /^git version (\d+\.\d+(?:\.\d+)*)/.exec(output)?.[1] ?? null
}

/** @returns whether `version` is `wanted` or newer, number by number */
export function atLeast(version: string, wanted: string): boolean {
  const [have, want] = [version, wanted].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (const [index, number] of want.entries()) {
    const difference = (have[index] ?? 0) - number
    if (difference !== 0) return difference > 0
  }
  return true
}

/** git is absent or too old. @param why for the sentence "git is needed: …" */
export function gitMissing(why: string): OrchError<'ORCH_TOOL_MISSING'> {
  return new OrchError('ORCH_TOOL_MISSING', {tool: 'git', why, install: INSTALL})
}
