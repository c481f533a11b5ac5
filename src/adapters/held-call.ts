import {createHash, randomBytes} from 'node:crypto'
import {readdir, readlink} from 'node:fs/promises'
import {createServer} from 'node:net'
import {readKernelFile} from '@orch/plugin-kit/files'
import type {ProcessClaim} from '../domain/lineage.js'

/** What a call says, in a word that fits a socket's name. */
export function callDigest(method: string, params: unknown): string {
  return createHash('sha256')
    .update(`${method}\n${JSON.stringify(params)}`)
    .digest('hex')
    .slice(0, 32)
}

/**
 * Makes this process recognisable as the one that makes a call: it listens on an abstract socket (unix(7)) that is named after the call. A
 * pid alone would be the caller's word; that a process holds a socket, /proc shows. Where there are no abstract sockets the pid has to do.
 */
export async function holdCall(digest: string): Promise<Omit<ProcessClaim, 'digest'> & {readonly release: () => void}> {
  const name = `orch-call-${digest}-${randomBytes(12).toString('hex')}`
  if (process.platform !== 'linux') return {pid: process.pid, name, release: () => {}}
  const server = createServer((socket) => socket.destroy())
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({path: `\0${name}`}, resolve)
  })
  server.unref()
  return {pid: process.pid, name, release: () => void server.close()}
}

/** Whether a process holds the socket of a call. */
export async function holdsCall({pid, name, digest}: ProcessClaim, proc = '/proc'): Promise<boolean> {
  if (!name.startsWith(`orch-call-${digest}-`)) return false
  const sockets = await readKernelFile(`${proc}/net/unix`).catch(() => '')
  const inode = inodeOf(sockets, name)
  if (inode === null) return false
  const files = await readdir(`${proc}/${pid}/fd`).catch(() => [])
  const targets = await Promise.all(files.map((file) => readlink(`${proc}/${pid}/fd/${file}`).catch(() => '')))
  return targets.includes(`socket:[${inode}]`)
}

/** Num RefCount Protocol Flags Type St Inode Path; an abstract name has `@` for its first byte, and some kernels show padding behind it (proc(5)). */
function inodeOf(sockets: string, name: string): string | null {
  const line = sockets.split('\n').find((text) => text.split(' ').at(-1)?.replace(/@+$/, '') === `@${name}`)
  return line?.trim().split(/\s+/)[6] ?? null
}
