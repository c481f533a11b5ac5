import {access, mkdir, readdir, readFile, realpath, rm, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import type {Files} from '../domain/files.js'
import {replaceFile} from './durable-file.js'

/** Files of this machine. */
export class LocalFiles implements Files {
  async readText(path: string): Promise<string | null> {
    try {
      return await readFile(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
  }

  readBytes(path: string): Promise<Uint8Array> {
    return readFile(path)
  }

  async writePrivate(path: string, content: string): Promise<void> {
    await this.makeFolder(dirname(path))
    await replaceFile(path, content)
  }

  async makeFolder(path: string): Promise<void> {
    await mkdir(path, {recursive: true, mode: 0o700})
  }

  facts(path: string): Promise<{size: number; changedAt: number} | null> {
    return stat(path).then(
      ({size, mtimeMs}) => ({size, changedAt: Math.round(mtimeMs)}),
      () => null,
    )
  }

  exists(path: string): Promise<boolean> {
    return access(path).then(
      () => true,
      () => false,
    )
  }

  names(folder: string): Promise<string[]> {
    return readdir(folder).then(
      (names) => names.sort(),
      () => [],
    )
  }

  async remove(path: string): Promise<void> {
    await rm(path, {force: true})
  }

  isFolder(path: string): Promise<boolean> {
    return stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
  }

  realPath(path: string): Promise<string> {
    return realpath(path)
  }
}
