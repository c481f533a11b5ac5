/** Files as services need them; everything written is private to this user. */
export interface Files {
  /**
   * Reads a regular file as UTF-8.
   * @param maxBytes a larger file is refused; 64 MB without it
   * @returns null when there is no such file
   * @throws ORCH_FILE for a folder, pipe, device or file that is too large
   */
  readText(path: string, maxBytes?: number): Promise<string | null>
  /** The same, as bytes. */
  readBytes(path: string, maxBytes?: number): Promise<Uint8Array | null>
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
