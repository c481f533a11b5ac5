/** A version of Claude Code: three numbers. */
export type Version = readonly [number, number, number]

/** Before 2.1.101 one unknown hook name in a settings file made Claude Code ignore the whole file (its changelog), and with it every hook of orch. */
export const OLDEST_VERSION: Version = [2, 1, 101]

/** Hooks with `args` are run without a shell; measured on 2.1.197 and 2.1.330, not on older ones. */
export const EXEC_HOOKS_SINCE: Version = [2, 1, 197]

/** `--safe-mode` leaves out hooks, plugins and CLAUDE.md (its changelog; measured: 2.1.165 refuses it as an unknown option, 2.1.197 takes it). */
export const SAFE_MODE_SINCE: Version = [2, 1, 169]

/** @param output what `claude --version` prints, e.g. `2.1.330 (Claude Code)` */
export function parseVersion(output: string): Version | null {
  const match = /^\s*(\d+)\.(\d+)\.(\d+)/.exec(output)
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : null
}

export function isAtLeast(version: Version, least: Version): boolean {
  for (const index of [0, 1, 2] as const) {
    if (version[index] !== least[index]) return version[index] > least[index]
  }
  return true
}

export function versionText(version: Version): string {
  return version.join('.')
}
