import type {RepositoryFacts} from '@orch/plugin-kit'
import type {Git} from '../git/git.js'
import {parseIdentity} from '../parse/identity.js'

/** Who made a commit of orch's where nobody is configured. */
const FALLBACK = {name: 'orch', email: 'orch@localhost'} as const

type Role = 'AUTHOR' | 'COMMITTER'

/** The configured identity; one that git would guess from host and user name does not count. */
export async function configuredIdentity(git: Git, cwd: string, role: Role = 'AUTHOR'): Promise<RepositoryFacts['identity']> {
  const result = await git.run(cwd, ['-c', 'user.useConfigOnly=true', 'var', `GIT_${role}_IDENT`])
  return result.exitCode === 0 ? parseIdentity(result.stdout) : null
}

/** Environment for a commit of orch's: the configured identity, else the fallback, never written into a configuration file. */
export async function commitEnvironment(git: Git, cwd: string): Promise<Record<string, string>> {
  const roles: Role[] = ['AUTHOR', 'COMMITTER']
  const parts = await Promise.all(
    roles.map(async (role) => {
      const known = await configuredIdentity(git, cwd, role)
      return known === null ? {[`GIT_${role}_NAME`]: FALLBACK.name, [`GIT_${role}_EMAIL`]: FALLBACK.email} : {}
    }),
  )
  return Object.assign({}, ...parts) as Record<string, string>
}
