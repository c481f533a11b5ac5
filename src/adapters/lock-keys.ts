import {randomBytes} from 'node:crypto'
import {link, open, readdir, readlink, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {readBoundedText} from '@orch/plugin-kit/files'
import {draftOf} from './durable-file.js'
import {KeptFile} from './kept-file.js'

/** A generation of the lock's name. The highest one counts; a name that another user took is replaced by the next generation. */
export interface LockKey {
  readonly generation: number
  /** Abstract name; its random part is known only to readers of the state directory until a process holds it. Null when the key is damaged. */
  readonly name: string | null
  /** The pid namespace of its maker (namespaces(7)): holders in another one cannot be seen from here. */
  readonly namespace: string
}

/** Bytes of a key at most. */
const LONGEST = 200

/** @param folder the state directory @returns the keys in it, highest generation first */
export async function lockKeys(folder: string): Promise<LockKey[]> {
  const generations = (await readdir(folder))
    .map((name) => Number(/^lock\.([1-9]\d{0,8})$/.exec(name)?.[1]))
    .filter((each) => !Number.isNaN(each))
    .sort((a, b) => b - a)
  const keys = await Promise.all(generations.map((generation) => readKey(folder, generation)))
  return keys.filter((key) => key !== null)
}

/** Makes a generation, unless another process was quicker: link(2) lets one of them win, with a whole file. */
export async function makeLockKey(folder: string, generation: number): Promise<void> {
  const path = pathOf(folder, generation)
  const draft = draftOf(path)
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${randomBytes(16).toString('hex')} ${await pidNamespace()}\n`)
    await file.sync()
    await link(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await file.close()
    await rm(draft, {force: true})
  }
}

/** The key of a lock that is held, made again when it vanishes: the next start has to find the name. */
export function keptLockKey(folder: string, {generation, name, namespace}: LockKey): KeptFile {
  return new KeptFile('the key of the lock', pathOf(folder, generation), `${name?.split('-').at(-1)} ${namespace}\n`)
}

/** Removes a generation that a higher one replaced. */
export async function removeLockKey(folder: string, {generation}: LockKey): Promise<void> {
  await rm(pathOf(folder, generation), {force: true})
}

/** The pid namespace of this process; empty where there is no proc(5). */
export async function pidNamespace(): Promise<string> {
  return readlink('/proc/self/ns/pid').catch(() => '')
}

/** A damaged key counts as a generation, so that the next one replaces it. */
async function readKey(folder: string, generation: number): Promise<LockKey | null> {
  const text = await readBoundedText(pathOf(folder, generation), {maxBytes: LONGEST}).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  const [, random, namespace = ''] = /^([0-9a-f]{32}) (\S*)\n$/.exec(text) ?? []
  return {generation, name: random === undefined ? null : `orch-${process.getuid?.() ?? 0}-${random}`, namespace}
}

function pathOf(folder: string, generation: number): string {
  return join(folder, `lock.${generation}`)
}
