import {access, constants} from 'node:fs/promises'
import {delimiter, join} from 'node:path'

/** @param path a PATH @returns the file a shell would run for `name`; undefined when there is none */
export async function findProgram(name: string, path = ''): Promise<string | undefined> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, name)
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (runs) return file
  }
  return undefined
}
