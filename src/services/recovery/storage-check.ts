import {join} from 'node:path'
import {messageOf, type CheckResult, type DoctorCheck} from '@orch/plugin-kit'
import type {Files} from '../../domain/ports/files.js'
import type {Host} from '../../domain/ports/host.js'

/** Below this a start is refused. */
const TEAM_BYTES = 1024 ** 3

/** `orch doctor`: whether the state directory takes writes, and has room for a team. */
export function storageCheck(folder: string, {host, files}: {host: Pick<Host, 'freeDisk'>; files: Files}): DoctorCheck {
  const name = 'disk'
  return {
    name,
    run: async (): Promise<CheckResult[]> => {
      const mb = Math.floor((await host.freeDisk(folder)) / 1024 / 1024)
      try {
        const probe = join(folder, '.write-check')
        // A disk with no free block still takes an empty file.
        await files.writePrivate(probe, 'orch doctor\n')
        await files.remove(probe)
      } catch (error) {
        const remedy = 'Free disk space or fix the permissions; orch continues by itself.'
        return [{name, verdict: 'failed', what: `${folder} takes no writes, ${mb} MB are free: ${messageOf(error)}`, remedy}]
      }
      const what = `${mb} MB are free in ${folder}`
      if (mb * 1024 * 1024 >= TEAM_BYTES) return [{name, verdict: 'ok', what}]
      return [
        {name, verdict: 'note', what: `${what}; a team needs 1 GB`, remedy: 'Free disk space, or set ORCH_DATA_DIR to a larger disk.'},
      ]
    },
  }
}
