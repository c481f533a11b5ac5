/** Capability `workspace`: git repositories, worktrees, branches and merges. */
export * from './workspace.js'
export * from './doctor-check.js'
export {gitEnvironment} from './git/environment.js'
export {MINIMUM_GIT} from './git/version.js'
