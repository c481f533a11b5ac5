import {type DoctorCheck, isOrchError, type Workspace} from '@orch/plugin-kit'

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
