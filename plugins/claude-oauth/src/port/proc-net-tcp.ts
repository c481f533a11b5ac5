/** A listening socket of /proc/net/tcp or tcp6. */
export interface ListeningSocket {
  readonly address: string
  readonly port: number
  readonly inode: string
}

/** TCP_LISTEN of the kernel's include/net/tcp_states.h. Connections, TIME_WAIT and the rest do not keep a port from being opened by a server. */
const LISTEN = '0A'

/**
 * @param text content of /proc/net/tcp or /proc/net/tcp6 (proc(5))
 * @returns its listening sockets; lines it does not understand are left out
 */
export function parseProcNetTcp(text: string): ListeningSocket[] {
  const sockets: ListeningSocket[] = []
  for (const line of text.split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/)
    const [address, port] = (fields[1] ?? '').split(':')
    const inode = fields[9]
    if (!address || !port || !inode || fields[3] !== LISTEN) continue
    sockets.push({address: readAddress(address), port: parseInt(port, 16), inode})
  }
  return sockets
}

/** The kernel prints addresses as 32-bit words in the byte order of the machine; every Linux that Node 20 runs on is little-endian but s390x. */
function readAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse())
  if (bytes.length === 4) return bytes.map((byte) => parseInt(byte, 16)).join('.')
  const groups = Array.from({length: 8}, (_, index) => parseInt(`${bytes[2 * index]}${bytes[2 * index + 1]}`, 16).toString(16))
  const text = groups.join(':')
  return text === '0:0:0:0:0:0:0:0' ? '::' : text === '0:0:0:0:0:0:0:1' ? '::1' : text
}
