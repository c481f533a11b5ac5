import {access, readdir, realpath, rm, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {makeFolder, readBounded, readBoundedText} from '@orch/plugin-kit/files'
import {storeWriteFailed} from '@orch/plugin-kit'
import type {Files} from '../domain/ports/files.js'
import {replaceFile} from './durable-file.js'

/** More than anything orch writes: a project's record with thousands of messages takes a tenth of it. */
const MAX_BYTES = 64 * 1024 * 1024

/** Files of this machine. */
export class LocalFiles implements Files {
  readText(path: string, maxBytes = MAX_BYTES): Promise<string | null> {
    return readBoundedText(path, {maxBytes})
  }

  readBytes(path: string, maxBytes = MAX_BYTES): Promise<Uint8Array | null> {
    return readBounded(path, {maxBytes})
  }

  async writePrivate(path: string, content: string): Promise<void> {
    await this.makeFolder(dirname(path))
    await writing(path, replaceFile(path, content))
  }

  async makeFolder(path: string): Promise<void> {
    await writing(path, makeFolder(path))
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

/** @throws ORCH_STORE_WRITE for every reason that lies with the disk or its permissions */
async function writing(path: string, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw storeWriteFailed(error, path)
  }
}
