import {OrchError} from '@orch/plugin-kit'

/**
 * What git's refusal to open a repository means.
 * @param path the folder asked about
 * @param stderr what git 2.34 to 2.47 says
 */
export function repositoryError(path: string, stderr: string): OrchError {
  const [, owned, unsafe] = /dubious ownership in repository at '(.+?)'|unsafe repository \('(.+?)' is owned/.exec(stderr) ?? []
  const foreign = owned ?? unsafe
  if (foreign !== undefined) {
    return new OrchError('ORCH_REPOSITORY', {
      path,
      why: 'it belongs to another user, so git does not trust it (dubious ownership)',
      remedy: `If you trust it: git config --global --add safe.directory ${JSON.stringify(foreign)}`,
    })
  }
  if (stderr.includes('cannot use bare repository')) {
    return new OrchError('ORCH_REPOSITORY', {
      path,
      why: 'it is bare, and safe.bareRepository=explicit keeps git out of it',
      remedy: 'Name one of its worktrees, or set safe.bareRepository to all.',
    })
  }
  if (stderr.includes('core.bare and core.worktree do not make sense')) {
    return new OrchError('ORCH_REPOSITORY', {
      path,
      why: 'core.bare is true in its configuration, and core.worktree names a working tree',
      remedy: `Set it right: git config --file "$(git rev-parse --git-common-dir)/config" core.bare false (in ${path})`,
    })
  }
  if (/not a git repository \(or any (?:of the )?parent/.test(stderr)) return new OrchError('ORCH_NOT_A_REPOSITORY', {path})
  return damaged(path, `git cannot read it: ${firstLine(stderr)}`)
}

/** ORCH_REPOSITORY for what only a person can mend. */
export function damaged(path: string, why: string): OrchError<'ORCH_REPOSITORY'> {
  return new OrchError('ORCH_REPOSITORY', {path, why, remedy: `Run \`git status\` and \`git fsck\` in ${path} and fix what they report.`})
}

function firstLine(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.trim())
  const line = lines.find((text) => text.startsWith('fatal: ')) ?? lines.find((text) => text !== '') ?? 'it says nothing'
  return line.replace(/^fatal: /, '').replace(/\.$/, '')
}
