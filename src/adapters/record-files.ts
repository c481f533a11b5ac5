import {readdir, stat} from 'node:fs/promises'

/** Ids become file names; nothing else a caller may type does. */
export const PROJECT_ID = /^p_[0-9a-z]+$/

/** Milliseconds UTC; 0 for a file that is not there. */
export function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({mtimeMs}) => Math.round(mtimeMs),
    () => 0,
  )
}

/** Also of records of which only the generation before is there. */
export async function recordIds(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).map((name) => /^(.*)\.json(?:\.previous)?$/.exec(name)?.[1] ?? '')
  return [...new Set(names)].filter((id) => PROJECT_ID.test(id))
}
