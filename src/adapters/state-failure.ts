import {OrchError, isOrchError} from '@orch/plugin-kit'

/** No room: it passes, and the same can be tried again (open(2), write(2)). */
const FULL = ['ENOSPC', 'EDQUOT']
/** What the file system says of a place that cannot be used as it is. */
const UNUSABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ELOOP', 'EIO', 'ENAMETOOLONG', 'ENXIO']

/**
 * What a file system's error in the state directory means to a person.
 * @param data the state directory
 * @returns ORCH_STORE_WRITE for a full disk, ORCH_STATE for a place that cannot be used; any other error as it is
 */
export function stateFailure(error: unknown, data: string): unknown {
  const {code, path = data, message} = error as NodeJS.ErrnoException
  if (isOrchError(error) || typeof code !== 'string') return error
  if (FULL.includes(code)) return new OrchError('ORCH_STORE_WRITE', {path, why: message}, {cause: error})
  if (!UNUSABLE.includes(code)) return error
  const remedy = `Fix it, or name another folder for orch's state: set ORCH_DATA_DIR (now ${data}).`
  return new OrchError('ORCH_STATE', {path, why: message, remedy}, {cause: error})
}
