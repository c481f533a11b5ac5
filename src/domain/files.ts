/** Files as services need them; everything written is private to this user. */
export interface Files {
  /** @returns null when there is no such file */
  readText(path: string): Promise<string | null>
  readBytes(path: string): Promise<Uint8Array>
  /** Replaces a file whole, making its folder. */
  writePrivate(path: string, content: string): Promise<void>
  makeFolder(path: string): Promise<void>
  /** @returns null when there is no such file; the time in milliseconds UTC */
  facts(path: string): Promise<{readonly size: number; readonly changedAt: number} | null>
  exists(path: string): Promise<boolean>
  /** Names in a folder, sorted; none when there is no such folder. */
  names(folder: string): Promise<string[]>
  /** Removes one file; nothing when there is none. */
  remove(path: string): Promise<void>
  isFolder(path: string): Promise<boolean>
  /** Absolute, with links resolved. */
  realPath(path: string): Promise<string>
}
