import {readFileSync} from 'node:fs'
import {readFile} from 'node:fs/promises'

/**
 * Reads a file that the kernel makes up, as those of proc(5): it has no size and ends by itself.
 * @param path below /proc or /sys, or of a system folder that only root can write to
 * @throws as `readFile` of Node
 */
export function readKernelFile(path: string): Promise<string> {
  return readFile(path, 'utf8')
}

/** The same while nothing else may happen. */
export function readKernelFileSync(path: string): string {
  return readFileSync(path, 'utf8')
}
