import {tmpdir} from 'node:os'
import {type DoctorCheck, isOrchError, type Workspace} from '@orch/plugin-kit'
import type {Git} from './git/git.js'

/** The line of `orch doctor` about git. */
export function gitCheck(workspace: Pick<Workspace, 'version'>): DoctorCheck {
  const name = 'git'
  return {
    name,
    async run() {
      try {
        return [{name, verdict: 'ok', what: `git ${await workspace.version()}`}]
      } catch (error) {
        if (!isOrchError(error)) throw error
        return [{name, verdict: 'failed', what: error.message, remedy: error.remedy}]
      }
    },
  }
}

/** A note where a person's git signs every commit: a program that asks for a passphrase holds up an agent, which nobody watches. */
export function signingCheck(git: Pick<Git, 'run'>): DoctorCheck {
  const name = 'commit signing'
  return {
    name,
    async run() {
      // Without git the check of git says so.
      const set = await git.run(tmpdir(), ['config', '--global', '--type=bool', '--get', 'commit.gpgSign']).catch(() => null)
      if (set?.stdout.trim() !== 'true') return []
      const what = 'your git signs commits (commit.gpgSign): agents may be asked for a passphrase, and merges by orch are not signed'
      const remedy = 'Keep the key in an agent (GPG_TTY and SSH_AUTH_SOCK are passed on), or set commit.gpgSign false in the repository.'
      return [{name, verdict: 'note', what, remedy}]
    },
  }
}
